using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Storage.Weights;
using SrBatch.Torch.Networks;
using static TorchSharp.torch;

namespace SrBatch.Tests.EndToEnd;

/// <summary>A model of ours that nobody trained: as good as another where it does not matter what is enhanced.</summary>
internal static class RandomModel
{
    /// <summary>libtorch has one random state, and test classes run at once.</summary>
    private static readonly Lock Gate = new();

    public static Network Create(ModelOptions model, int seed = 1)
    {
        lock (Gate)
        {
            manual_seed(seed);
            return NetworkCatalog.Create(model);
        }
    }

    /// <returns><paramref name="path"/>.</returns>
    public static string Write(string path, int seed, int scale = 1, MeasuredHalo? halo = null, double percentileHigh = 99.9)
    {
        var model = new ModelOptions { Scale = scale, Features = 4 };
        using Network network = Create(model, seed);
        using var parameters = new FlatParameters(network);
        var card = new ModelCard
        {
            Name = $"random {seed}",
            Model = model,
            Training = new TrainingOptions { PercentileHigh = percentileHigh },
            ReceptiveField = network.ReceptiveField,
            Halo = halo,
            Stride = network.Stride,
            TrainingImages = [],
            TrainingPlanes = 0,
            TrainingPixels = 0,
            Step = 0,
            PlanSha256 = "",
            Version = "0",
        };
        Safetensors.Write(path, [.. parameters.Export(parameters.Values, "")], new Dictionary<string, string> { [ModelCard.MetadataKey] = card.ToJson() });
        return path;
    }
}
