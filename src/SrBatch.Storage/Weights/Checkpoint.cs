using SrBatch.Core.Weights;

namespace SrBatch.Storage.Weights;

/// <summary>A checkpoint read whole.</summary>
/// <param name="Step">Training steps done.</param>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Arrays">By name.</param>
/// <param name="Metadata">As saved.</param>
public sealed record Checkpoint(int Step, string Path, IReadOnlyList<WeightArray> Arrays, IReadOnlyDictionary<string, string> Metadata);
