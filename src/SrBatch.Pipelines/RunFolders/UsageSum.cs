using SrBatch.Core.Progress;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>What the attempts of one verb on one kind of device used together, also those that were killed.</summary>
/// <param name="Verb"><c>train</c>, <c>infer</c> or <c>evaluate</c>.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Tasks">Shards or trainings, however often each was started and on how many ranks.</param>
/// <param name="Attempts">Starts of these tasks; all ranks of a training start together.</param>
/// <param name="Seconds">Elapsed, summed over the attempts.</param>
/// <param name="CpuSeconds">Of all cores together.</param>
/// <param name="GpuSeconds">While a GPU was held, busy or not.</param>
internal sealed record UsageSum(
    string Verb, string Device, int Tasks, int Attempts, double Seconds, double CpuSeconds, double GpuSeconds)
{
    /// <returns>By verb and device.</returns>
    public static IReadOnlyList<UsageSum> Of(IEnumerable<TaskRecord> attempts) =>
    [
        .. attempts.GroupBy(attempt => (attempt.Verb, Device: attempt.Usage.Device.Split(':')[0]))
            .OrderBy(group => group.Key.Verb, StringComparer.Ordinal).ThenBy(group => group.Key.Device, StringComparer.Ordinal)
            .Select(group => new UsageSum(
                group.Key.Verb,
                group.Key.Device,
                group.Select(attempt => attempt.Holder.Work).Distinct().Count(),
                group.GroupBy(attempt => attempt.Holder.Work).Sum(Starts),
                Math.Round(group.Sum(attempt => attempt.Usage.Seconds), 1),
                Math.Round(group.Sum(attempt => attempt.Usage.CpuSeconds), 1),
                Math.Round(group.Sum(attempt => attempt.Usage.GpuSeconds), 1))),
    ];

    /// <summary>Each rank of a training has a record; a shard may be done by another rank each time.</summary>
    private static int Starts(IEnumerable<TaskRecord> work) =>
        work.First().Verb == "train" ? work.GroupBy(attempt => attempt.Rank).Max(rank => rank.Count()) : work.Count();
}
