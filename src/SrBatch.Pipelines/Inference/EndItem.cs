using SrBatch.Core.Errors;
using SrBatch.Core.Planning;

namespace SrBatch.Pipelines.Inference;

/// <summary>The end of an image: all its planes went before.</summary>
/// <param name="Image">The image.</param>
/// <param name="Work">Null when it could not be opened.</param>
/// <param name="Fault">Why it cannot be read; null when it was read.</param>
internal sealed record EndItem(PlannedImage Image, ImageWork? Work, SrBatchException? Fault) : WorkItem(Image);
