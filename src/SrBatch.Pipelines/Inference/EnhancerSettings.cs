namespace SrBatch.Pipelines.Inference;

/// <summary>How the models of a run compute.</summary>
/// <param name="Halo">Input pixels around what is kept of a window.</param>
/// <param name="Precision">In which the models run, for the quality rows.</param>
/// <param name="TileBudget">Bytes that tiles are chosen for; the same in all tasks of a run.</param>
/// <param name="WindowBudget">Bytes that the network of this task may use for the windows of a call.</param>
internal sealed record EnhancerSettings(int Halo, string Precision, long TileBudget, long WindowBudget);
