using SrBatch.Torch.Inference;

namespace SrBatch.Pipelines.Inference;

/// <summary>A block of a plane.</summary>
/// <param name="Plane">The plane.</param>
/// <param name="Block">The block's number in the plane.</param>
/// <param name="Pixels">The input, normalised.</param>
/// <param name="Enhanced">One array for each dataset of the output; empty before the network has run.</param>
internal sealed record BlockItem(PlaneWork Plane, int Block, BlockPixels Pixels, IReadOnlyList<float[]> Enhanced)
    : WorkItem(Plane.Image.Image);
