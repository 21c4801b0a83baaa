using System.Text.Json.Serialization;
using SrBatch.Core.Quality;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>A number that the page shows of each plane.</summary>
/// <param name="Key">Names it in the page.</param>
/// <param name="Label">For people.</param>
/// <param name="Unit">Empty: none.</param>
/// <param name="Digits">Behind the decimal point.</param>
/// <param name="Meaning">One sentence.</param>
internal sealed record ScoreKind(string Key, string Label, string Unit, int Digits, string Meaning)
{
    public static readonly IReadOnlyList<ScoreKind> All =
    [
        .. MetricTable.All.SelectMany(Kinds),
        new("outOfDistribution", "Out of distribution", "", 2, "How unlike the training images the input is; lower is better.")
        {
            Of = row => row.OutOfDistribution,
        },
    ];

    /// <summary>Null where it does not apply.</summary>
    [JsonIgnore]
    public Func<QualityRow, double?> Of { get; init; } = _ => null;

    /// <summary>Whether 0 means: no better than the input.</summary>
    public bool IsGain { get; init; }

    public static double? GainDb(QualityRow row) => row.PsnrDb - row.PsnrInputDb;

    /// <summary>Those for which at least one plane has a number.</summary>
    public static IReadOnlyList<ScoreKind> Present(IReadOnlyList<QualityRow> rows) =>
        [.. All.Where(kind => rows.Any(row => kind.Of(row) is not null))];

    /// <summary>The score itself and, if the report shows it, its gain over the upsampled input.</summary>
    private static IEnumerable<ScoreKind> Kinds(MetricKind metric)
    {
        string name = string.Concat(metric.Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        string better = metric.Better switch
        {
            Better.Higher => "; higher is better",
            Better.Lower => "; lower is better",
            _ => "",
        };
        yield return new(char.ToLowerInvariant(name[0]) + name[1..], metric.Label, metric.Unit, metric.Digits, $"{metric.Meaning}{better}.")
        {
            Of = row => row.Scores[metric.Column],
        };
        if (metric is { GainMeaning: { } meaning, InputColumn: { } input })
        {
            yield return new($"gain{name}", $"{metric.Label} gain", metric.Unit, metric.Digits, meaning)
            {
                Of = row => row.Scores[metric.Column] - row.Scores[input],
                IsGain = true,
            };
        }
    }

    /// <summary>As exact as the page can show and sort it.</summary>
    public double? Rounded(QualityRow row) => Of(row) is { } value && double.IsFinite(value) ? Math.Round(value, Digits + 2) : null;
}
