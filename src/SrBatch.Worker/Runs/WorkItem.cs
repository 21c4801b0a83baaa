using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Planning;
using SrBatch.Torch.Inference;

namespace SrBatch.Worker.Runs;

/// <summary>What the stages hand on: a block with its pixels, or, without them, the end of an image.</summary>
/// <param name="Image">Whose.</param>
internal abstract record WorkItem(PlannedImage Image);

/// <summary>A block of a plane.</summary>
/// <param name="Work">The image.</param>
/// <param name="Plane">Its number among the image's planes.</param>
/// <param name="Block">Its number among the plane's blocks.</param>
/// <param name="Range">What its pixels are normalised by.</param>
/// <param name="Pixels">Read and normalised.</param>
/// <param name="Enhanced">Empty until the network has run: one array a dataset of the output.</param>
internal sealed record BlockItem(ImageWork Work, int Plane, int Block, IntensityRange Range, BlockPixels Pixels, IReadOnlyList<float[]> Enhanced) : WorkItem(Work.Image);

/// <summary>The end of an image.</summary>
/// <param name="Work">Null when it could not even be opened.</param>
/// <param name="Fault">Why it cannot be enhanced; null: all its blocks went before.</param>
internal sealed record EndItem(PlannedImage Image, ImageWork? Work, SrBatchException? Fault) : WorkItem(Image);
