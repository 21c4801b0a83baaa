namespace SrBatch.Torch.Networks;

/// <summary>What a network took over from another.</summary>
/// <param name="Arrays">Parameters of the network.</param>
/// <param name="Fresh">Names of those that took nothing: the other lacks them, or has another shape.</param>
/// <param name="CarriedValues">Numbers taken over.</param>
/// <param name="Values">Numbers in all parameters.</param>
public sealed record CarriedWeights(int Arrays, IReadOnlyList<string> Fresh, long CarriedValues, long Values);
