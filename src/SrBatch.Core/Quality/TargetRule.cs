using System.Globalization;

namespace SrBatch.Core.Quality;

/// <summary>
/// Judges an output by its target. An output that hardly correlates with its target, is worse than its upsampled input, or is no better
/// than that input blurred, never passes.
/// </summary>
public static class TargetRule
{
    /// <summary>Correlation below which a plane does not pass, and below which it fails.</summary>
    private const double WarnPearson = 0.5, FailPearson = 0.25;

    /// <summary>
    /// Loss of PSNR against the upsampled input from which a plane does not pass, dB: less is rounding. Above the second, it fails: twice
    /// the squared error.
    /// </summary>
    private const double WarnLossDb = 0.01, FailLossDb = 3;

    /// <summary>An output that correlates so well with its target is not wrong, however good its input is.</summary>
    private const double RightPearson = 0.99;

    /// <summary>Loss of SSIM above which a plane does not pass, and above which it fails.</summary>
    private const double WarnSsimLoss = 0.02, FailSsimLoss = 0.2;

    /// <summary>Least gain over a blur, dB: what other borders and another shape of the blur may give.</summary>
    private const double LeastGainDb = 0.1;

    /// <param name="row">The plane's, with its scores.</param>
    /// <param name="evidence">What its target says; null: there is no target, or it shows nothing.</param>
    /// <returns>
    /// The row; where its target speaks against it with reasons in words, and a verdict that is at least as bad as before.
    /// </returns>
    public static QualityRow Judge(QualityRow row, TargetEvidence? evidence)
    {
        if (evidence is null)
        {
            return row;
        }
        var reasons = new List<string>();
        double pearson = evidence.Pearson ?? 0;
        bool fails = pearson < FailPearson;
        if (pearson < WarnPearson)
        {
            reasons.Add(Text($"hardly correlates with the target: Pearson {pearson:0.000}, expected at least {WarnPearson:0.0}"));
        }
        if (LossDb(evidence.Error, evidence.InputError) is >= WarnLossDb and var lossDb)
        {
            reasons.Add($"worse than the upsampled input: PSNR {Psnr(evidence.Error)}, of the input {Psnr(evidence.InputError!.Value)}");
            fails |= lossDb > FailLossDb && pearson < RightPearson;
        }
        else if (evidence.Error > 0 && LossDb(evidence.Error, evidence.BlurError) > -LeastGainDb)
        {
            string blur = Text($"of the input blurred by {evidence.BlurSigma:0.0} pixels {Psnr(evidence.BlurError!.Value)}");
            reasons.Add($"no better than a blur: PSNR {Psnr(evidence.Error)}, {blur}");
        }
        if (row.SsimInput - row.Ssim > WarnSsimLoss)
        {
            reasons.Add(Text($"worse than the upsampled input: SSIM {row.Ssim:0.000}, of the input {row.SsimInput:0.000}"));
            fails |= row.SsimInput - row.Ssim > FailSsimLoss;
        }
        row = row.Warned(reasons);
        return fails ? row with { Verdict = Verdict.Fail } : row;

        string Psnr(double error) => error > 0 ? Text($"{LossDb(evidence.Range * evidence.Range, error):0.00} dB") : "infinite";
    }

    /// <summary>Ratio of two errors in dB; no number where the other error is not known.</summary>
    private static double LossDb(double error, double? other) => 10 * Math.Log10(error / (other ?? double.NaN));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
