using SrBatch.Core.Planning;

namespace SrBatch.Pipelines.Inference;

/// <summary>What the stages hand on: a block with its pixels, or, without them, the end of an image.</summary>
/// <param name="Image">Whose.</param>
internal abstract record WorkItem(PlannedImage Image);
