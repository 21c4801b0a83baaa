using SrBatch.Core.Progress;

namespace SrBatch.Pipelines.Reporting;

/// <summary>What a task is at right now.</summary>
/// <param name="Work"><c>image ID</c>, <c>training</c> or <c>training of group 'NAME'</c>.</param>
/// <param name="Node">Where.</param>
/// <param name="Process">Its number there.</param>
/// <param name="Job">Slurm's job, of an array <c>12_3</c>; null outside Slurm.</param>
/// <param name="Since">UTC, by the node's clock.</param>
internal sealed record RunningWork(string Work, string Node, int Process, string? Job, DateTimeOffset Since)
{
    public static RunningWork OnImage(Claimant holder) => Of($"image {holder.Work}", holder);

    public static RunningWork OnTraining(Claimant holder) => Of(holder.Work.Length == 0 ? "training" : $"training of group '{holder.Work}'", holder);

    private static RunningWork Of(string work, Claimant holder) =>
        new(work, holder.Node, holder.Process, holder.ArrayTaskId is null ? holder.JobId : $"{holder.JobId}_{holder.ArrayTaskId}", holder.Since);
}
