using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Storage.Weights;
using SrBatch.Torch.Inference;

namespace SrBatch.Worker.Runs;

/// <summary>A model as loaded from its file.</summary>
internal sealed record ModelFile(string Path, string Sha256, ModelCard Card, TrainedGenerator Generator) : IDisposable
{
    /// <param name="path">A model.safetensors.</param>
    /// <param name="planned">What the manifest asks for; the model must have its scale.</param>
    /// <param name="device">Where it will run.</param>
    /// <exception cref="SrBatchException">Exit code 78: another scale; 65: gone or damaged.</exception>
    public static ModelFile Load(string path, ModelOptions planned, ComputeDevice device)
    {
        (IReadOnlyList<WeightArray> arrays, ModelCard card) = Read(path);
        if (card.Model.Scale != planned.Scale)
        {
            throw new SrBatchException(ExitCode.BadManifest, $"{path} has scale {card.Model.Scale}; the manifest's model.scale is {planned.Scale}. Use a model of that scale, or change the manifest.");
        }
        return new ModelFile(path, Safetensors.FileSha256(path), card, TrainedGenerator.Load(card.Model, arrays, path, device));
    }

    /// <summary>The file's arrays and card, checked without libtorch.</summary>
    /// <exception cref="SrBatchException">Exit code 78: no such model; 65: damaged, a checkpoint, or of a network that this version does not have.</exception>
    public static (IReadOnlyList<WeightArray> Arrays, ModelCard Card) Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new SrBatchException(ExitCode.BadManifest, $"{path} does not exist. Train first ('srbatch train' with the same --run), or pass --model.");
        }
        (IReadOnlyList<WeightArray> arrays, IReadOnlyDictionary<string, string> metadata) = Safetensors.Read(path);
        ModelCard card = ModelCard.FromMetadata(metadata, path);
        if (card.Model.Problems().ToArray() is { Length: > 0 } problems)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{path}: {string.Join("; ", problems)}. It was written by another version of srbatch; use that one.");
        }
        if (arrays.Any(array => array.Name.StartsWith("averaged.", StringComparison.Ordinal)))
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{path} is a checkpoint; expected a model. Use the run's model.safetensors, which training writes at its end.");
        }
        return (arrays, card);
    }

    public void Dispose() => Generator.Dispose();
}
