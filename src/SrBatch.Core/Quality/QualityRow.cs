namespace SrBatch.Core.Quality;

/// <summary>
/// One row of <c>quality.parquet</c>: a 2-D plane, or an image that failed (then the plane's columns are null).
/// <see cref="QualityColumns"/> names the columns; docs/report.md gives each with unit and definition. What does not apply is null, never 0
/// or NaN.
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

    /// <summary>All scores of <see cref="MetricTable"/>; those that code names have a property below.</summary>
    public MetricScores Scores { get; init; } = MetricScores.None;

    public double? PsnrDb
    {
        get => Scores["psnr_db"];
        init => Scores = Scores.With("psnr_db", value);
    }

    public double? Ssim
    {
        get => Scores["ssim"];
        init => Scores = Scores.With("ssim", value);
    }

    public double? MsSsim
    {
        get => Scores["ms_ssim"];
        init => Scores = Scores.With("ms_ssim", value);
    }

    public double? Nrmse
    {
        get => Scores["nrmse"];
        init => Scores = Scores.With("nrmse", value);
    }

    public double? Pearson
    {
        get => Scores["pearson"];
        init => Scores = Scores.With("pearson", value);
    }

    /// <summary>The bicubically upsampled input, scored against the target in the same way.</summary>
    public double? PsnrInputDb
    {
        get => Scores["psnr_input_db"];
        init => Scores = Scores.With("psnr_input_db", value);
    }

    /// <inheritdoc cref="PsnrInputDb"/>
    public double? SsimInput
    {
        get => Scores["ssim_input"];
        init => Scores = Scores.With("ssim_input", value);
    }

    /// <inheritdoc cref="PsnrInputDb"/>
    public double? NrmseInput
    {
        get => Scores["nrmse_input"];
        init => Scores = Scores.With("nrmse_input", value);
    }

    public double? Rsp
    {
        get => Scores["rsp"];
        init => Scores = Scores.With("rsp", value);
    }

    public double? Rse
    {
        get => Scores["rse"];
        init => Scores = Scores.With("rse", value);
    }

    public double? FrcUm
    {
        get => Scores["frc_um"];
        init => Scores = Scores.With("frc_um", value);
    }

    public double? DecorrelationUm
    {
        get => Scores["decorrelation_um"];
        init => Scores = Scores.With("decorrelation_um", value);
    }

    public double? InputSnr
    {
        get => Scores["input_snr"];
        init => Scores = Scores.With("input_snr", value);
    }

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

    /// <summary>
    /// Of an evaluation: SHA-256 of the output's values, in hexadecimal; null from inference, and for an output that cannot be read.
    /// </summary>
    public string? OutputSha256 { get; init; }

    /// <summary>Of an evaluation: when the output's file was changed last, in whole microseconds; null from inference.</summary>
    public DateTimeOffset? OutputChangedAt { get; init; }

    /// <summary>Of an evaluation: hash of the settings, the input and the target that the output was scored with.</summary>
    public string? ScoredWith { get; init; }

    /// <summary>
    /// True for the row of an image that could not be enhanced. A plane that was enhanced but is not to be trusted has
    /// <see cref="Verdict.Fail"/>, too.
    /// </summary>
    public bool IsFailure => Verdict == Verdict.Fail && Width is null;

    /// <summary>The same row with further reasons; if there is any, its verdict is not pass.</summary>
    public QualityRow Warned(IReadOnlyCollection<string> reasons) => reasons.Count == 0 ? this : this with
    {
        Verdict = Verdict == Verdict.Fail ? Verdict.Fail : Verdict.Warn,
        Reasons = string.Join(ReasonSeparator, Reasons is null ? reasons : [Reasons, .. reasons]),
    };
}
