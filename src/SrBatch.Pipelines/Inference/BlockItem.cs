using SrBatch.Core.Intensities;
using SrBatch.Torch.Inference;

namespace SrBatch.Pipelines.Inference;

/// <summary>A block of a plane.</summary>
/// <param name="Work">The image.</param>
/// <param name="Plane">Its number among the image's planes.</param>
/// <param name="Block">Its number among the plane's blocks.</param>
/// <param name="Map">What its pixels were normalised by.</param>
/// <param name="Pixels">Read and normalised.</param>
/// <param name="Enhanced">Empty until the network has run: one array a dataset of the output.</param>
internal sealed record BlockItem(ImageWork Work, int Plane, int Block, IntensityMap Map, BlockPixels Pixels, IReadOnlyList<float[]> Enhanced) : WorkItem(Work.Image);
