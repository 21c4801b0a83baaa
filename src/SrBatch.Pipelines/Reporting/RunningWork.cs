using SrBatch.Core.Progress;

namespace SrBatch.Pipelines.Reporting;

/// <summary>Work that a task is doing now.</summary>
/// <param name="Work"><c>image ID</c>, <c>training</c> or <c>training of group 'NAME'</c>.</param>
/// <param name="Node">Name of the node.</param>
/// <param name="Process">Process id on the node.</param>
/// <param name="Job">Slurm's job number, or <c>12_3</c> in an array; null outside Slurm.</param>
/// <param name="Since">UTC, by the node's clock.</param>
internal sealed record RunningWork(string Work, string Node, int Process, string? Job, DateTimeOffset Since)
{
    public static RunningWork OnImage(Claimant holder) => Of($"image {holder.Work}", holder);

    public static RunningWork OnTraining(Claimant holder) =>
        Of(holder.Work.Length == 0 ? "training" : $"training of group '{holder.Work}'", holder);

    /// <returns>See <see cref="Job"/>.</returns>
    public static string? JobOf(Claimant holder) =>
        holder.ArrayTaskId is null ? holder.JobId : $"{holder.JobId}_{holder.ArrayTaskId}";

    private static RunningWork Of(string work, Claimant holder) =>
        new(work, holder.Node, holder.Process, JobOf(holder), holder.Since);
}
