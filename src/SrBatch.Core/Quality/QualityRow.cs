using System.Text.Json.Serialization;

namespace SrBatch.Core.Quality;

/// <summary>
/// One row of <c>quality.parquet</c>: what is known of one 2-D plane, or of one image that failed (then the plane's columns are null).
/// Column names are the property names in snake case; docs/report.md gives each with unit and definition. What does not apply is null, never 0 or NaN.
/// </summary>
public sealed record QualityRow
{
    /// <summary>Stands between two <see cref="Reasons"/>.</summary>
    public const string ReasonSeparator = "; ";

    public required string Run { get; init; }
    public required string Image { get; init; }
    public required string Group { get; init; }
    public required string Split { get; init; }

    /// <summary>Plane indices within the source dataset, 0-based; null where the dataset has no such axis.</summary>
    public int? T { get; init; }
    public int? C { get; init; }
    public int? Z { get; init; }

    /// <summary>Output size, pixels.</summary>
    public int? Width { get; init; }
    public int? Height { get; init; }

    /// <summary>Output pixels per input pixel along x and y.</summary>
    public int? Scale { get; init; }

    /// <summary>Size of an output pixel, micrometres.</summary>
    public double? PixelSizeUm { get; init; }
    public string? ModelSha256 { get; init; }

    public double? PsnrDb { get; init; }
    public double? Ssim { get; init; }
    public double? MsSsim { get; init; }
    public double? Nrmse { get; init; }
    public double? Pearson { get; init; }

    /// <summary>The bicubically upsampled input, scored against the target in the same way.</summary>
    public double? PsnrInputDb { get; init; }
    public double? SsimInput { get; init; }
    public double? NrmseInput { get; init; }

    public double? Rsp { get; init; }
    public double? Rse { get; init; }
    public double? FrcUm { get; init; }
    public double? DecorrelationUm { get; init; }
    public double? InputSnr { get; init; }
    public double? OutOfDistribution { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>Why the verdict is not pass, in words; null for pass.</summary>
    public string? Reasons { get; init; }

    /// <summary>Tiles the plane was cut into, and the halo read around each, input pixels.</summary>
    public int? Tiles { get; init; }
    public int? Halo { get; init; }

    public double? Seconds { get; init; }
    public string? Device { get; init; }
    public string? Precision { get; init; }
    public string? SlurmJobId { get; init; }
    public int? SlurmArrayTaskId { get; init; }

    /// <summary>1 for the first start of a task, one more for every restart.</summary>
    public int Attempt { get; init; } = 1;
    public DateTimeOffset? FinishedAt { get; init; }
    public required string Version { get; init; }

    /// <summary>True for the row of an image that could not be enhanced. A plane may have <see cref="Verdict.Fail"/>, too: it was enhanced, and is not to be believed.</summary>
    [JsonIgnore]
    public bool IsFailure => Verdict == Verdict.Fail && Width is null;

    /// <summary>The same with further reasons; when there is any, it does not pass.</summary>
    public QualityRow Warned(IReadOnlyCollection<string> reasons) => reasons.Count == 0 ? this : this with
    {
        Verdict = Verdict == Verdict.Fail ? Verdict.Fail : Verdict.Warn,
        Reasons = string.Join(ReasonSeparator, Reasons is null ? reasons : [Reasons, .. reasons]),
    };
}
