using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.RunFolders;

namespace SrBatch.Pipelines.Training;

/// <summary>Finds the group that a training is for.</summary>
internal static class TrainingGroup
{
    /// <returns>Null: all images.</returns>
    /// <exception cref="SrBatchException">Exit code 64: no such group has training images.</exception>
    public static string? Choose(TrainRequest request, Plan plan, RunFolder run, int? arrayTask)
    {
        IReadOnlyList<string> groups = plan.TrainingGroups();
        if (!request.GroupOfTask)
        {
            return request.Group is null || groups.Contains(request.Group)
                ? request.Group
                : throw new SrBatchException(ExitCode.Usage,
                    $"--group is '{request.Group}', but {run.Plan} has no training image of that group; it has {List(plan)}.");
        }
        if (arrayTask is not { } task)
        {
            throw new SrBatchException(ExitCode.Usage,
                "--group-of-task needs SLURM_ARRAY_TASK_ID, which is not set. "
                + $"Submit slurm/train-groups.sbatch with --array=0-{groups.Count - 1}, or pass --group NAME.");
        }
        return task < groups.Count
            ? groups[task]
            : throw new SrBatchException(ExitCode.Usage,
                $"SLURM_ARRAY_TASK_ID is {task}, but {run.Plan} has {groups.Count} group{(groups.Count == 1 ? "" : "s")} "
                + $"with training images: {List(plan)}. Submit --array=0-{groups.Count - 1}.");
    }

    /// <summary>For people: <c>0 'actin' (12 images), 1 'tubulin' (1 image)</c>.</summary>
    private static string List(Plan plan) =>
        string.Join(", ", plan.TrainingGroups().Select((group, i) => $"{i} '{group}' ({Count(plan, group)})"));

    private static string Count(Plan plan, string group)
    {
        int count = plan.Images.Count(image => image.Group == group && image.Split == Split.Train);
        return count == 1 ? "1 image" : $"{count} images";
    }
}
