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
        new("psnr", "PSNR", "dB", 2, "Peak signal-to-noise ratio against the target; higher is better.") { Of = row => row.PsnrDb },
        new("gainPsnr", "PSNR gain", "dB", 2, "PSNR of the output minus that of the upsampled input; below 0 the output is worse than its input.") { Of = GainDb, IsGain = true },
        new("ssim", "SSIM", "", 3, "Structural similarity to the target, −1 to 1; higher is better.") { Of = row => row.Ssim },
        new("gainSsim", "SSIM gain", "", 3, "SSIM of the output minus that of the upsampled input.") { Of = row => row.Ssim - row.SsimInput, IsGain = true },
        new("msSsim", "MS-SSIM", "", 3, "Structural similarity over several scales; higher is better.") { Of = row => row.MsSsim },
        new("nrmse", "NRMSE", "", 3, "Root mean squared error over the root of the target's mean square; lower is better.") { Of = row => row.Nrmse },
        new("pearson", "Pearson", "", 3, "Correlation of output and target, −1 to 1; higher is better.") { Of = row => row.Pearson },
        new("rsp", "RSP", "", 3, "Resolution-scaled Pearson correlation of the blurred output and the input (SQUIRREL), −1 to 1; higher is better.") { Of = row => row.Rsp },
        new("rse", "RSE", "", 3, "Resolution-scaled error of the blurred output against the input (SQUIRREL), in the units of the input; lower is better.") { Of = row => row.Rse },
        new("frc", "FRC resolution", "µm", 3, "Resolution of the output by Fourier ring correlation; lower is finer.") { Of = row => row.FrcUm },
        new("decorrelation", "Decorrelation resolution", "µm", 3, "Resolution of the output by decorrelation analysis; lower is finer.") { Of = row => row.DecorrelationUm },
        new("inputSnr", "Input SNR", "", 2, "Standard deviation of what the input shows over that of its noise; higher is better.") { Of = row => row.InputSnr },
        new("outOfDistribution", "Out of distribution", "", 2, "How unlike the training images the input is; lower is better.") { Of = row => row.OutOfDistribution },
    ];

    /// <summary>Null where it does not apply.</summary>
    [JsonIgnore]
    public Func<QualityRow, double?> Of { get; init; } = _ => null;

    /// <summary>Whether 0 means: no better than the input.</summary>
    public bool IsGain { get; init; }

    public static double? GainDb(QualityRow row) => row.PsnrDb - row.PsnrInputDb;

    /// <summary>Those of which at least one plane has a number.</summary>
    public static IReadOnlyList<ScoreKind> Present(IReadOnlyList<QualityRow> rows) => [.. All.Where(kind => rows.Any(row => kind.Of(row) is not null))];

    /// <summary>As exact as the page can show and sort it.</summary>
    public double? Rounded(QualityRow row) => Of(row) is { } value && double.IsFinite(value) ? Math.Round(value, Digits + 2) : null;
}
