using SrBatch.Core.Models;
using SrBatch.Core.Progress;
using SrBatch.Core.Weights;
using SrBatch.Storage.Weights;
using SrBatch.Torch.Training;

namespace SrBatch.Pipelines.Training;

/// <summary>Writes the checkpoints of a training, on rank 0.</summary>
/// <param name="card">The model card, without what changes from step to step.</param>
/// <param name="record">What the checkpoints say about the course of the training.</param>
internal sealed class TrainingCheckpoints(TrainingTask task, ModelCard card, TrainingRecord record)
{
    private const int KeptNewest = 3;

    private readonly CheckpointFolder _folder = new(task.Folder.Checkpoints);

    public TrainingRecord Record => record;

    /// <returns>The step of the newest checkpoint; 0 without one.</returns>
    public static int NewestStep(TrainingTask task) =>
        new CheckpointFolder(task.Folder.Checkpoints).Steps() is [.., var newest] ? newest : 0;

    /// <summary>Saves the step, and deletes old checkpoints but for the best one.</summary>
    /// <returns>The checkpoint's path.</returns>
    public string Save(Trainer trainer, int step)
    {
        // The table first: a resume drops rows after the newest checkpoint, but a row missing before it would never be written.
        record.WriteTable();
        string path = _folder.Save(step, trainer.Export(), new Dictionary<string, string>
        {
            [ModelCard.MetadataKey] = record.CardAt(step, card).ToJson(),
            [TrainingState.MetadataKey] = record.State.ToJson(),
        });
        _folder.Prune(KeptNewest, record.State.BestPsnrDb is null ? null : record.State.BestStep);
        return path;
    }

    /// <summary>The model of the last step, or after early stopping that of the best validation.</summary>
    public FinalModel Model(Trainer trainer, int lastStep)
    {
        TrainingState state = record.State;
        if (!record.ShouldEnd || state.BestStep == lastStep)
        {
            return Final(trainer.ExportModel(), record.CardAt(lastStep, card));
        }
        string best = _folder.PathOf(state.BestStep);
        (IReadOnlyList<WeightArray> arrays, IReadOnlyDictionary<string, string> metadata) = Safetensors.Read(best);
        return Final(Trainer.ModelOf(arrays), ModelCard.FromMetadata(metadata, best));

        FinalModel Final(IReadOnlyList<WeightArray> weights, ModelCard found) =>
            new(weights, found with { EndedEarly = record.ShouldEnd, Warnings = state.Warnings });
    }
}
