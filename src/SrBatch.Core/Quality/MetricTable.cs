namespace SrBatch.Core.Quality;

/// <summary>
/// All scores. To add one: its computation in SrBatch.Torch/Metrics, a line in <c>MetricComputations</c> there, and an entry here; then the
/// manifest schema, docs/report.md and the approved Parquet schema, which tests compare with this table.
/// </summary>
public static class MetricTable
{
    public static readonly IReadOnlyList<MetricKind> All =
    [
        new()
        {
            Name = "psnr",
            Column = "psnr_db",
            InputColumn = "psnr_input_db",
            NeedsTarget = true,
            Label = "PSNR",
            Unit = "dB",
            Digits = 2,
            Meaning = "Peak signal-to-noise ratio against the target",
            Better = Better.Higher,
            GainMeaning = "PSNR of the output minus that of the upsampled input; below 0 the output is worse than its input.",
        },
        new()
        {
            Name = "ssim",
            Column = "ssim",
            InputColumn = "ssim_input",
            NeedsTarget = true,
            Label = "SSIM",
            Meaning = "Structural similarity to the target, −1 to 1",
            Better = Better.Higher,
            GainMeaning = "SSIM of the output minus that of the upsampled input.",
        },
        new()
        {
            Name = "ms_ssim",
            Column = "ms_ssim",
            NeedsTarget = true,
            Label = "MS-SSIM",
            Meaning = "Structural similarity over several scales",
            Better = Better.Higher,
        },
        new()
        {
            Name = "nrmse",
            Column = "nrmse",
            InputColumn = "nrmse_input",
            NeedsTarget = true,
            Label = "NRMSE",
            Meaning = "Root mean squared error over the root of the target's mean square",
            Better = Better.Lower,
        },
        new()
        {
            Name = "pearson",
            Column = "pearson",
            NeedsTarget = true,
            Label = "Pearson",
            Meaning = "Correlation of output and target, −1 to 1",
            Better = Better.Higher,
        },
        new()
        {
            Name = "rsp",
            Column = "rsp",
            Label = "RSP",
            Meaning = "Resolution-scaled Pearson correlation of the blurred output and the input (SQUIRREL), −1 to 1",
            Better = Better.Higher,
        },
        new()
        {
            Name = "rse",
            Column = "rse",
            Label = "RSE",
            Meaning = "Resolution-scaled error of the blurred output against the input (SQUIRREL), in the units of the input",
            Better = Better.Lower,
        },
        new()
        {
            Name = "frc",
            Column = "frc_um",
            Label = "FRC resolution",
            Unit = "µm",
            Meaning = "Resolution of the output by Fourier ring correlation",
            Better = Better.Lower,
        },
        new()
        {
            Name = "decorrelation",
            Column = "decorrelation_um",
            Label = "Decorrelation resolution",
            Unit = "µm",
            Meaning = "Resolution of the output by decorrelation analysis",
            Better = Better.Lower,
        },
        new()
        {
            Name = "input_snr",
            Column = "input_snr",
            Label = "Input SNR",
            Digits = 2,
            Meaning = "Standard deviation of what the input shows over that of its noise",
            Better = Better.Higher,
        },
    ];

    /// <summary>For manifests.</summary>
    public static readonly IReadOnlyList<string> Names = [.. All.Select(metric => metric.Name)];

    /// <summary>
    /// In the order of <c>quality.parquet</c>: scores against the target, the same of the upsampled input, then the others.
    /// </summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        .. All.Where(metric => metric.NeedsTarget).Select(metric => metric.Column),
        .. All.Select(metric => metric.InputColumn).OfType<string>(),
        .. All.Where(metric => !metric.NeedsTarget).Select(metric => metric.Column),
    ];
}
