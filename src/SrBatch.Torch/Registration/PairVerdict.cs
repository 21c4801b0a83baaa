namespace SrBatch.Torch.Registration;

/// <summary>Whether two images belong together, by figures that were measured on pairs that do and on pairs that do not (docs/adr/0017).</summary>
public static class PairVerdict
{
    /// <summary>
    /// Of the coarse peak, standard deviations. Chance alone, the highest of millions of places, turns and scales, was seen to reach 11, and 14 with edges, which
    /// are fewer and stronger.
    /// </summary>
    private const double LeastPeak = 14, LeastEdgePeak = 20;

    /// <summary>Of the blocks: where nothing is common, up to a tenth agree with their neighbours.</summary>
    private const double LeastUsableShare = 0.15;

    /// <summary>Of the input's field.</summary>
    private const double LeastCommonShare = 0.25;

    /// <summary>Median of what is left, target pixels: beyond, the measurement has not settled.</summary>
    private const double MostResidualPx = 1.5;

    /// <param name="registration">Of the pair.</param>
    /// <param name="commonShare">Part of the input's field that both show, 0 to 1.</param>
    /// <returns>Why the pair is refused, with the figures; null when it is taken.</returns>
    public static string? Refusal(PairAlignment registration, double commonShare)
    {
        double leastPeak = registration.Feature == PairFeature.Edges ? LeastEdgePeak : LeastPeak;
        string? found = registration.CoarsePeak < leastPeak
            ? FormattableString.Invariant($"the correlation's peak is {registration.CoarsePeak:F1} standard deviations high, at least {leastPeak} are needed")
            : registration.UsableShare < LeastUsableShare
            ? FormattableString.Invariant($"{registration.UsableShare:P0} of the blocks agree with their neighbours, at least {LeastUsableShare:P0} are needed")
            : registration.ResidualPx is not { } residual || residual > MostResidualPx
            ? FormattableString.Invariant($"{registration.ResidualPx:F2} target pixels are left between blocks, at most {MostResidualPx} may be")
            : null;
        return found is not null
            ? $"the two images do not show the same: {found}. Check which files belong together."
            : commonShare < LeastCommonShare
            ? FormattableString.Invariant($"the two images share {commonShare:P0} of the input's field; at least {LeastCommonShare:P0} are needed. Choose a target that shows more of it.")
            : null;
    }
}
