using SrBatch.Core.Planning;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Weights;

namespace SrBatch.Pipelines.Reporting;

/// <summary>How far a training has come.</summary>
/// <param name="Group">Null: that on all images.</param>
/// <param name="Step">Of the newest checkpoint; 0 without one.</param>
/// <param name="ModelWritten">Whether its model is written.</param>
internal sealed record TrainingStatus(string? Group, int Step, bool ModelWritten)
{
    public static TrainingStatus Of(RunFolder run, string? group)
    {
        ModelFolder folder = run.ModelFolder(group);
        return new TrainingStatus(group, new CheckpointFolder(folder.Checkpoints).Steps() is [.., var newest] ? newest : 0, File.Exists(folder.Model));
    }

    /// <returns>Groups whose training has begun, by name.</returns>
    public static IReadOnlyList<TrainingStatus> OfGroups(RunFolder run, Plan plan) =>
        [.. plan.TrainingGroups().Where(group => Directory.Exists(run.ModelFolder(group).Path)).Select(group => Of(run, group))];
}
