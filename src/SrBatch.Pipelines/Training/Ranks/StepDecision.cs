namespace SrBatch.Pipelines.Training.Ranks;

/// <summary>How a training goes on after a step.</summary>
/// <param name="IsStopped">A signal came to any rank.</param>
/// <param name="ShouldEnd">Early stopping; rank 0 decides.</param>
/// <param name="IsBest">The step has the best validation so far, and is worth a checkpoint; rank 0 decides.</param>
/// <param name="RateFactor">What the plateau schedule multiplies the learning rates by; rank 0 decides.</param>
internal readonly record struct StepDecision(bool IsStopped, bool ShouldEnd, bool IsBest, double RateFactor);
