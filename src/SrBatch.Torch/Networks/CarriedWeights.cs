namespace SrBatch.Torch.Networks;

/// <summary>How much of another network's weights a network took over.</summary>
/// <param name="Arrays">Number of the network's parameter arrays.</param>
/// <param name="Fresh">Names of the arrays that took nothing, as they are missing in the other network or have another shape.</param>
/// <param name="CarriedValues">Values taken over.</param>
/// <param name="Values">Values in all arrays.</param>
public sealed record CarriedWeights(int Arrays, IReadOnlyList<string> Fresh, long CarriedValues, long Values);
