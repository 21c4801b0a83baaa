using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Pipelines.Planning;

/// <summary>The shard that a task works on: <c>--shard</c>, else the plan's shard SLURM_ARRAY_TASK_ID, else all images.</summary>
internal static class TaskShard
{
    /// <param name="manifest">Path of the manifest that the plan must have been made from.</param>
    /// <param name="run">Folder of the plan, which is made if there is none and the task belongs to no array.</param>
    /// <param name="asked"><c>I/N</c>; null: not given.</param>
    /// <param name="context">The world outside.</param>
    /// <exception cref="SrBatchException">Exit code 64: there is no such shard. Exit code 78: see <see cref="FrozenPlan"/>.</exception>
    public static (Plan Plan, ShardNumber Shard) Choose(string manifest, RunFolder run, string? asked, RunContext context)
    {
        ShardNumber? shard = Parse(asked);
        if (shard is null && context.Slurm.ArrayTaskId is { } task && !File.Exists(run.Plan))
        {
            throw new SrBatchException(
                ExitCode.Usage,
                $"this is task {task} of a job array, but {run.Plan} does not exist. The plan says how many shards there are, "
                + "because an array may be resubmitted in parts. "
                + $"Run 'srbatch plan --manifest {manifest} --run {run.GivenPath} --shards N' first, or pass --shard I/N.");
        }
        Plan plan = FrozenPlan.Ensure(manifest, run, null, context);
        return (plan, shard ?? FromArray(plan, run, context.Slurm.ArrayTaskId));
    }

    /// <returns>The images of a shard, in the order of the plan.</returns>
    public static IEnumerable<PlannedImage> Images(Plan plan, ShardNumber shard)
    {
        Plan sharded = shard.Count == plan.Shards ? plan : plan.WithShards(shard.Count);
        return shard.Count == 1 ? plan.Images : sharded.Images.Where(image => image.Shard == shard.Index);
    }

    private static ShardNumber? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }
        return ShardNumber.TryParse(text, out ShardNumber shard)
            ? shard
            : throw new SrBatchException(ExitCode.Usage, $"--shard is '{text}'; must be I/N with 0 <= I < N");
    }

    private static ShardNumber FromArray(Plan plan, RunFolder run, int? arrayTask) => arrayTask switch
    {
        null => ShardNumber.Whole,
        { } task when task < plan.Shards => new ShardNumber(task, plan.Shards),
        _ => throw new SrBatchException(
            ExitCode.Usage,
            $"SLURM_ARRAY_TASK_ID is {arrayTask}, but {run.Plan} has {plan.Shards} shard{(plan.Shards == 1 ? "" : "s")}, "
            + $"0 to {plan.Shards - 1}. "
            + $"Submit --array=0-{plan.Shards - 1}, or plan again with 'srbatch plan --shards N'."),
    };
}
