namespace SrBatch.Torch.Baselines;

/// <summary>A classical method with its parameters fixed.</summary>
/// <param name="Method">Name in tables, e.g. <c>richardson-lucy</c>.</param>
/// <param name="Parameters">E.g. <c>sigma=2 iterations=3</c>; null for a method without any.</param>
/// <param name="Run">Returns the enhanced plane: as many values as the given one has.</param>
public sealed record Baseline(string Method, string? Parameters, Func<BaselinePlane, float[]> Run);
