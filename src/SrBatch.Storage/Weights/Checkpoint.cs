using SrBatch.Core.Weights;

namespace SrBatch.Storage.Weights;

/// <summary>A checkpoint that has been read.</summary>
/// <param name="Step">Number of training steps done.</param>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Arrays">Sorted by name.</param>
/// <param name="Metadata">As saved.</param>
public sealed record Checkpoint(int Step, string Path, IReadOnlyList<WeightArray> Arrays, IReadOnlyDictionary<string, string> Metadata);
