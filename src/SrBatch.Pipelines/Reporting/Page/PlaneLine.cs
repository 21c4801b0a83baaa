using System.Text.Json.Serialization;
using SrBatch.Core.Quality;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>A row of the page's table: a plane, or an image that failed.</summary>
/// <param name="Scores">One score for each kind that the page shows, in that order.</param>
/// <param name="InputDb">PSNR of the upsampled input.</param>
internal sealed record PlaneLine(
    string Image,
    string Group,
    string Split,
    int? T,
    int? C,
    int? Z,
    int? Width,
    int? Height,
    [property: JsonConverter(typeof(JsonStringEnumConverter<Verdict>))] Verdict Verdict,
    string? Reasons,
    IReadOnlyList<double?> Scores,
    double? InputDb,
    double? Seconds,
    string? Device)
{
    public static PlaneLine Of(QualityRow row, IReadOnlyList<ScoreKind> kinds) => new(
        row.Image,
        row.Group,
        row.Split,
        row.T,
        row.C,
        row.Z,
        row.Width,
        row.Height,
        row.Verdict,
        row.Reasons,
        [.. kinds.Select(kind => kind.Rounded(row))],
        row.PsnrInputDb is { } input ? Math.Round(input, 3) : null,
        row.Seconds is { } seconds ? Math.Round(seconds, 3) : null,
        row.Device);
}
