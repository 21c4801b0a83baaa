namespace SrBatch.Core.Training;

/// <summary>A part of a schedule. A training whose number of steps was changed on the way has several.</summary>
/// <param name="Kind">How the rate runs.</param>
/// <param name="After">The step before the first one; 0 in the first segment.</param>
/// <param name="Through">The last step.</param>
/// <param name="Steps">The length that the segment was planned with; more than it has if it was cut short.</param>
public sealed record ScheduleSegment(SegmentKind Kind, int After, int Through, int Steps);
