using SrBatch.Core.Tiling;

namespace SrBatch.Torch.Inference;

/// <summary>Receives the enhanced pixels of a block, in the input's units.</summary>
/// <param name="block">The block.</param>
/// <param name="values">Its kept part, clipped to the plane, scale times as long and as wide; row-major.</param>
public delegate void WriteBlock(TileBlock block, ReadOnlySpan<float> values);
