using SrBatch.Core.Tiling;

namespace SrBatch.Torch.Inference;

/// <summary>Takes what was enhanced of a block, in the input's units.</summary>
/// <param name="block">Which; its kept part, clipped to the plane, is what <paramref name="values"/> hold, scale times as long and as wide.</param>
/// <param name="values">Row-major.</param>
public delegate void WriteBlock(TileBlock block, ReadOnlySpan<float> values);
