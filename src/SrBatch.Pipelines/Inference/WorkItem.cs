using SrBatch.Core.Planning;

namespace SrBatch.Pipelines.Inference;

/// <summary>What one stage hands to the next: a block, the end of a plane, or the end of an image.</summary>
internal abstract record WorkItem(PlannedImage Image);
