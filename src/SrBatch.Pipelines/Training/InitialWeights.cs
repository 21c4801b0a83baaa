using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Weights;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Weights;
using SrBatch.Torch.Networks;
using SrBatch.Torch.Training;

namespace SrBatch.Pipelines.Training;

/// <summary>
/// The model that a training starts with, as <c>--init</c> names it. The paper trains on nano-beads first, then on cells (Wang et al.
/// 2019).
/// </summary>
/// <param name="Path">A model or a checkpoint.</param>
internal sealed record InitialWeights(string Path)
{
    /// <param name="init">A file, or a run folder: its model of the group, else its model of all images.</param>
    /// <param name="group">The group to train on; null: all images.</param>
    /// <param name="own">Folder of this training, whose own model is not taken.</param>
    public static InitialWeights Of(string init, string? group, ModelFolder own)
    {
        if (!Directory.Exists(init))
        {
            return new InitialWeights(System.IO.Path.GetFullPath(init));
        }
        var source = new RunFolder(init);
        return new InitialWeights(source.ModelFor(group, but: own.Model) ?? source.ModelFolder(null).Model);
    }

    /// <summary>Copies the weights that fit into the trainer.</summary>
    /// <returns>For the card.</returns>
    /// <exception cref="SrBatchException">
    /// Exit code 78: no such file, another network, or less than half of the weights fit; 65: damaged.
    /// </exception>
    public ModelInit Carry(Trainer trainer, Plan plan, RunContext context)
    {
        if (!File.Exists(Path))
        {
            throw new SrBatchException(ExitCode.BadManifest,
                $"--init: {Path} does not exist; expected a model.safetensors, a checkpoint, or a run folder that has a model.");
        }
        (IReadOnlyList<WeightArray> arrays, IReadOnlyDictionary<string, string> metadata) = Safetensors.Read(Path);
        ModelCard card = ModelCard.FromMetadata(metadata, Path);
        if (card.Model.Network != plan.Model.Network)
        {
            throw new SrBatchException(ExitCode.BadManifest,
                $"--init: {Path} is of network {card.Model.Network}; the manifest's model.network is {plan.Model.Network}. "
                + "Use a model of that network, or train without --init.");
        }
        CarriedWeights weights = trainer.StartFrom(arrays);
        int carried = weights.Arrays - weights.Fresh.Count;
        if (weights.CarriedValues < weights.Values / 2)
        {
            throw new SrBatchException(ExitCode.BadManifest, string.Create(CultureInfo.InvariantCulture,
                $"--init: {Path} ({Describe(card.Model)}): {carried} of {weights.Arrays} arrays fit the manifest's model ")
                + string.Create(CultureInfo.InvariantCulture,
                $"({Describe(plan.Model)}), {weights.CarriedValues} of {weights.Values} weights; expected at least half. ")
                + $"Set model.features to {card.Model.Features}, or train without --init.");
        }
        WarnOfOtherIntensities(card.Training, plan.Training, context);
        string fresh = weights.Fresh.Count == 0 ? "" : $"; at random: {string.Join(", ", weights.Fresh)}";
        Log.TrainingBeginsWith(context.Log, Path, carried, weights.Arrays, fresh);
        return new ModelInit
        {
            Name = card.Name,
            Group = card.Group,
            Step = card.Step,
            Sha256 = Safetensors.FileSha256(Path),
            Carried = carried,
            Arrays = weights.Arrays,
            Fresh = weights.Fresh,
        };
    }

    /// <summary>A training continues only from the model that it started with.</summary>
    /// <param name="card">Of the training.</param>
    /// <param name="where">The card's file, for messages.</param>
    /// <param name="context">Gets a warning if the model no longer exists and cannot be compared.</param>
    /// <exception cref="SrBatchException">Exit code 78.</exception>
    public void RequireSame(ModelCard card, string where, RunContext context)
    {
        if (!File.Exists(Path))
        {
            Log.Warning(context.Log, $"--init: {Path} does not exist; going on from {where}, which began with {Began(card.Init)}");
            return;
        }
        if (Safetensors.FileSha256(Path) is var sha256 && sha256 != card.Init?.Sha256)
        {
            throw new SrBatchException(ExitCode.BadManifest,
                $"{where} began with {Began(card.Init)}; --init names {Path} (sha256 {sha256[..12]}). "
                + "Leave --init out to go on, or use a new run folder.");
        }
    }

    private static string Began(ModelInit? init) =>
        init is null ? "random weights" : $"model '{init.Name}' (sha256 {init.Sha256[..12]})";

    private static string Describe(ModelOptions model) => $"{model.Network}, scale {model.Scale}, {model.Features} features";

    private void WarnOfOtherIntensities(TrainingOptions theirs, TrainingOptions ours, RunContext context)
    {
        if (Describe(theirs) is var found && Describe(ours) is var wanted && found != wanted)
        {
            Log.Warning(context.Log,
                $"--init: {Path} was trained with {found}; this training has {wanted}: the network sees other intensities than it knows");
        }
    }

    private static string Describe(TrainingOptions training) => string.Create(CultureInfo.InvariantCulture,
        $"percentileLow {training.PercentileLow}, percentileHigh {training.PercentileHigh}, ")
        + $"targetIntensity {ManifestWords.Of(training.TargetIntensity)}";
}
