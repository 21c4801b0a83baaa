using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Weights;

namespace SrBatch.Pipelines.Training;

/// <summary>What is trained, and where the model goes.</summary>
/// <param name="Plan">With the options of the command line, and with the images of one group only if there is one.</param>
/// <param name="Group">Null: all images.</param>
/// <param name="Folder">Where checkpoints and model go.</param>
/// <param name="Init">The model to start with; null: random weights, or whatever the newest checkpoint started with.</param>
internal sealed record TrainingTask(Plan Plan, string? Group, ModelFolder Folder, InitialWeights? Init)
{
    public TrainingOptions Options => Plan.Training;

    /// <summary>Hash of everything that decides the weights, except for the number of steps: a finished training may go on.</summary>
    public string PlanSha256 { get; } = (Plan with
    {
        Training = Plan.Training with { Steps = 1, CheckpointEvery = 1, LogEvery = 1, ValidateEvery = 1 },
    }).ContentSha256();

    /// <param name="whole">The run's plan.</param>
    /// <param name="ranks">Number of processes that train together.</param>
    /// <exception cref="SrBatchException">Exit code 64: no such group, bad options, or more processes than patches in a step.</exception>
    public static TrainingTask Of(TrainRequest request, Plan whole, RunFolder run, int ranks, int? arrayTask)
    {
        string? group = TrainingGroup.Choose(request, whole, run, arrayTask);
        ModelFolder folder = run.ModelFolder(group);
        Plan plan = group is null ? whole : whole.OfGroup(group);
        plan = plan with
        {
            Training = plan.Training with { Steps = request.Steps ?? plan.Training.Steps, Seed = request.Seed ?? plan.Training.Seed },
        };
        if (plan.Training.Problems(plan.Model.Scale).ToArray() is { Length: > 0 } problems)
        {
            // Those of the manifest were checked when it was read.
            throw new SrBatchException(ExitCode.Usage, $"--steps, --seed: {string.Join("; ", problems)}");
        }
        if (ranks > plan.Training.Batch)
        {
            throw new SrBatchException(ExitCode.Usage,
                $"{ranks} processes were started, but training.batch is {plan.Training.Batch}: each needs at least one patch of a step. "
                + "Start fewer, or raise the batch (and with it training.learningRate).");
        }
        return new TrainingTask(plan, group, folder, request.Init is null ? null : InitialWeights.Of(request.Init, group, folder));
    }

    /// <returns>Steps of the model, if it is there with all that it is to have; else null.</returns>
    /// <exception cref="SrBatchException">Exit code 78: the folder has a model that was trained under another plan.</exception>
    public int? TrainedSteps(RunContext context)
    {
        if (!File.Exists(Folder.Model))
        {
            return null;
        }
        ModelCard card;
        try
        {
            card = ModelCard.FromMetadata(Safetensors.Read(Folder.Model).Metadata, Folder.Model);
        }
        catch (SrBatchException damaged) when (damaged.ExitCode == ExitCode.ImagesFailed)
        {
            Log.Warning(context.Log, $"{damaged.Message} This training makes it again, from the newest checkpoint if there is one.");
            return null;
        }
        RequireSame(card, Folder.Model, context);
        return card.EndedEarly || card.Step >= Options.Steps ? card.Step : null;
    }

    /// <param name="card">Of a model or checkpoint in the folder.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <exception cref="SrBatchException">Exit code 78: it was trained under another plan, or started with another model.</exception>
    public void RequireSame(ModelCard card, string path, RunContext context)
    {
        if (card.PlanSha256 != PlanSha256)
        {
            throw new SrBatchException(ExitCode.BadManifest,
                $"{path} was trained under another plan or with another seed than this command's. "
                + "Use a new run folder, or the same options as before.");
        }
        Init?.RequireSame(card, path, context);
    }

    /// <summary>The schedule that a checkpoint or model has; files of older versions do not list segments.</summary>
    public TrainingSchedule ScheduleOf(ModelCard card) => card.Schedule is { Count: > 0 } segments
        ? new TrainingSchedule(Options.Schedule, segments)
        : TrainingSchedule.Begin(Options.Schedule, card.Training.Steps);
}
