using System.Globalization;
using SrBatch.Core.Progress;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>
/// Columns of a training's <c>training.parquet</c>, thinned to as many rows as a chart needs. Missing and non-finite values are null.
/// </summary>
/// <param name="Group">The only group that it was trained on; null: all images.</param>
internal sealed record TrainingCurve(
    string? Group,
    IReadOnlyList<int> Step,
    IReadOnlyList<double?> Generator,
    IReadOnlyList<double?> Discriminator,
    IReadOnlyList<double?> Adversarial,
    IReadOnlyList<double?> ValidationPsnrDb,
    IReadOnlyList<double?> ValidationSsim)
{
    /// <summary>More rows would not be visible in a chart.</summary>
    private const int MostRows = 400;

    public static TrainingCurve Of(string? group, IReadOnlyList<TrainingRow> all)
    {
        int every = (all.Count + MostRows - 1) / MostRows;
        TrainingRow[] rows = [.. all.Where((row, i) => row.ValidationPsnrDb is not null || i % every == 0 || i == all.Count - 1)];
        return new TrainingCurve(
            group,
            [.. rows.Select(row => row.Step)],
            Column(row => row.GeneratorLoss),
            Column(row => row.DiscriminatorLoss),
            Column(row => row.AdversarialLoss),
            Column(row => row.ValidationPsnrDb),
            Column(row => row.ValidationSsim));

        IReadOnlyList<double?> Column(Func<TrainingRow, double?> of) => [.. rows.Select(row => Short(of(row)))];
    }

    /// <summary>Rounds to five significant digits, which is more than a chart shows.</summary>
    private static double? Short(double? value) => value is { } number && double.IsFinite(number)
        ? double.Parse(number.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        : null;
}
