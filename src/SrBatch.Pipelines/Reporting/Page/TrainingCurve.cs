using System.Globalization;
using SrBatch.Core.Progress;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>What a training left in <c>training.parquet</c>, few enough rows for a chart; column by column, one value a row. What is not finite, or not there, is null.</summary>
/// <param name="Group">Trained on its images alone; null: all.</param>
internal sealed record TrainingCurve(
    string? Group, IReadOnlyList<int> Step, IReadOnlyList<double?> Generator, IReadOnlyList<double?> Discriminator, IReadOnlyList<double?> Adversarial,
    IReadOnlyList<double?> ValidationPsnrDb, IReadOnlyList<double?> ValidationSsim)
{
    /// <summary>More points than a chart has pixels to spare for.</summary>
    private const int MostRows = 400;

    public static TrainingCurve Of(string? group, IReadOnlyList<TrainingRow> all)
    {
        int every = (all.Count + MostRows - 1) / MostRows;
        TrainingRow[] rows = [.. all.Where((row, i) => row.ValidationPsnrDb is not null || i % every == 0 || i == all.Count - 1)];
        return new TrainingCurve(group, [.. rows.Select(row => row.Step)], Column(row => row.GeneratorLoss), Column(row => row.DiscriminatorLoss),
            Column(row => row.AdversarialLoss), Column(row => row.ValidationPsnrDb), Column(row => row.ValidationSsim));

        IReadOnlyList<double?> Column(Func<TrainingRow, double?> of) => [.. rows.Select(row => Short(of(row)))];
    }

    /// <summary>Five digits that count: more than a chart shows.</summary>
    private static double? Short(double? value) =>
        value is { } number && double.IsFinite(number) ? double.Parse(number.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null;
}
