using SrBatch.Core.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Weights;

namespace SrBatch.Pipelines.Reporting;

/// <summary>How far a training has come.</summary>
/// <param name="Group">Null: the training on all images.</param>
/// <param name="Step">Of the newest checkpoint; 0 without one.</param>
/// <param name="ModelWritten">Whether its model is written.</param>
internal sealed record TrainingStatus(string? Group, int Step, bool ModelWritten)
{
    public static TrainingStatus Of(RunFolder run, string? group)
    {
        ModelFolder folder = run.ModelFolder(group);
        int step = new CheckpointFolder(folder.Checkpoints).Steps() is [.., var newest] ? newest : 0;
        return new TrainingStatus(group, step, File.Exists(folder.Model));
    }

    /// <returns>The trainings of single groups that have begun, by name.</returns>
    public static IReadOnlyList<TrainingStatus> OfGroups(RunFolder run, Plan plan) =>
        [.. plan.TrainingGroups().Where(group => Directory.Exists(run.ModelFolder(group).Path)).Select(group => Of(run, group))];
}
