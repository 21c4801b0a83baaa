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
        (IReadOnlyList<WeightArray> arrays, IReadOnlyDictionary<string, string> metadata) = Safetensors.Read(path);
        ModelCard card = ModelCard.FromMetadata(metadata, path);
        if (card.Model.Scale != planned.Scale)
        {
            throw new SrBatchException(ExitCode.BadManifest, $"{path} has scale {card.Model.Scale}; the manifest's model.scale is {planned.Scale}. Use a model of that scale, or change the manifest.");
        }
        return new ModelFile(path, Safetensors.FileSha256(path), card, TrainedGenerator.Load(card.Model, arrays, path, device));
    }

    public void Dispose() => Generator.Dispose();
}
