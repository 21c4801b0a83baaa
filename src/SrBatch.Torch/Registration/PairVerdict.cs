namespace SrBatch.Torch.Registration;

/// <summary>
/// Decides whether two images belong together. The limits were measured on pairs that do and on pairs that do not (docs/adr/0017).
/// </summary>
public static class PairVerdict
{
    /// <summary>
    /// Smallest height of the coarse peak, standard deviations. In unrelated images, the highest value of millions of shifts, rotations
    /// and scales reached 11, and 14 with edges, which are fewer and stronger.
    /// </summary>
    private const double LeastPeak = 14, LeastEdgePeak = 20;

    /// <summary>Smallest share of usable blocks. In unrelated images, up to a tenth of the blocks agree with their neighbours.</summary>
    private const double LeastUsableShare = 0.15;

    /// <summary>Smallest share of the input's field that both images show.</summary>
    private const double LeastCommonShare = 0.25;

    /// <summary>Largest median residual, target pixels: beyond, registration has not converged.</summary>
    private const double MostResidualPx = 1.5;

    /// <param name="registration">The pair's registration.</param>
    /// <param name="commonShare">Share of the input's field that both images show, 0 to 1.</param>
    /// <returns>Why the pair is refused, with figures; null when it is accepted.</returns>
    public static string? Refusal(PairAlignment registration, double commonShare)
    {
        double leastPeak = registration.Feature == PairFeature.Edges ? LeastEdgePeak : LeastPeak;
        string? found = registration.CoarsePeak < leastPeak
            ? FormattableString.Invariant(
                $"the correlation's peak is {registration.CoarsePeak:F1} standard deviations high, at least {leastPeak} are needed")
            : registration.UsableShare < LeastUsableShare
            ? FormattableString.Invariant(
                $"{registration.UsableShare:P0} of the blocks agree with their neighbours, at least {LeastUsableShare:P0} are needed")
            : registration.ResidualPx is not { } residual || residual > MostResidualPx
            ? FormattableString.Invariant(
                $"block matching still finds shifts of {registration.ResidualPx:F2} target pixels, at most {MostResidualPx} are accepted")
            : null;
        return found is not null
            ? $"the two images do not show the same: {found}. Check which files belong together."
            : commonShare < LeastCommonShare
            ? FormattableString.Invariant($"the two images share {commonShare:P0} of the input's field; ")
                + FormattableString.Invariant($"at least {LeastCommonShare:P0} are needed. Choose a target that shows more of it.")
            : null;
    }
}
