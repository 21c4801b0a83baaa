using SrBatch.Core.Errors;
using SrBatch.Core.Planning;

namespace SrBatch.Pipelines.Inference;

/// <summary>The end of an image.</summary>
/// <param name="Work">Null when it could not even be opened.</param>
/// <param name="Fault">Why it cannot be enhanced; null: all its blocks went before.</param>
internal sealed record EndItem(PlannedImage Image, ImageWork? Work, SrBatchException? Fault) : WorkItem(Image);
