using SrBatch.Core.Progress;

namespace SrBatch.Pipelines.Reporting;

/// <summary>A task that is working now.</summary>
/// <param name="Verb"><c>train</c>, <c>infer</c> or <c>evaluate</c>.</param>
/// <param name="Work">Its shard, or the group of the training; empty for a training on all images.</param>
/// <param name="Node">Name of the node.</param>
/// <param name="Process">Process id on the node.</param>
/// <param name="Job">Slurm's job number, or <c>12_3</c> in an array; null outside Slurm.</param>
/// <param name="Since">UTC, by the node's clock, as is <paramref name="Updated"/>.</param>
/// <param name="Updated">When it told last what it does.</param>
/// <param name="Device">Where it computes.</param>
/// <param name="Done">Images done in this attempt; null for a training.</param>
/// <param name="Failed">Images failed in this attempt; null for a training.</param>
/// <param name="Left">Images of its shard that are left; null for a training.</param>
/// <param name="Step">Of a training; null before the first one, as is <paramref name="Steps"/>.</param>
/// <param name="Steps">To do in all.</param>
/// <param name="PerSecond">Images or steps; null before the first one.</param>
/// <param name="MemoryBytes">Of the process; in a training by several, of the largest.</param>
/// <param name="Ranks">Processes that work on it together.</param>
internal sealed record TaskStatus(
    string Verb, string Work, string Node, int Process, string? Job, DateTimeOffset Since, DateTimeOffset Updated, string Device,
    int? Done, int? Failed, int? Left, int? Step, int? Steps, double? PerSecond, long MemoryBytes, int Ranks)
{
    /// <param name="alive">Records of all processes that work now.</param>
    /// <returns>One for each task: the ranks of a training are one.</returns>
    public static IReadOnlyList<TaskStatus> Of(IEnumerable<TaskRecord> alive) =>
    [
        .. alive.GroupBy(record => (record.Verb, record.Holder.Work, RunningWork.JobOf(record.Holder))).SelectMany(task =>
        {
            int first = task.Min(record => record.Rank), ranks = task.Select(record => record.Rank).Distinct().Count();
            long memory = task.Max(record => record.MemoryBytes);
            return task.Where(record => record.Rank == first).Select(record => Of(record, ranks, memory));
        }),
    ];

    private static TaskStatus Of(TaskRecord record, int ranks, long memoryBytes)
    {
        bool isTraining = record.Verb == "train";
        return new TaskStatus(
            record.Verb,
            record.Holder.Work,
            record.Holder.Node,
            record.Holder.Process,
            RunningWork.JobOf(record.Holder),
            record.Holder.Since,
            record.Updated,
            record.Usage.Device,
            isTraining ? null : record.Done,
            isTraining ? null : record.Failed,
            isTraining ? null : record.Left,
            isTraining && record.Unit is not null ? (int)record.UnitsDone : null,
            isTraining && record.Unit is not null ? (int)record.UnitsTotal : null,
            isTraining ? record.UnitsPerSecond : record.ImagesPerSecond,
            ranks > 1 ? memoryBytes : record.MemoryBytes,
            ranks);
    }
}
