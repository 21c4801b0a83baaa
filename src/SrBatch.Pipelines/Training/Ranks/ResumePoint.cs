using SrBatch.Core.Training;

namespace SrBatch.Pipelines.Training.Ranks;

/// <summary>Where a training starts or goes on; rank 0 knows it from the newest checkpoint.</summary>
/// <param name="Step">Steps done; 0 without a checkpoint.</param>
/// <param name="TrainedIn"><c>fp32</c> or <c>bf16</c>; null without a checkpoint.</param>
/// <param name="Segments">The schedule of the training.</param>
internal sealed record ResumePoint(int Step, string? TrainedIn, IReadOnlyList<ScheduleSegment> Segments);
