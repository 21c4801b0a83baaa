using System.Security.Cryptography;
using System.Text;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Trust;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Torch.Devices;

namespace SrBatch.Pipelines.Models;

/// <summary>The model of an image, or several whose outputs are averaged.</summary>
internal sealed class ModelSet : IDisposable
{
    private ModelSet(IReadOnlyList<ModelFile> models) => Models = models;

    /// <summary>At least one; all have the first one's scale and intensities.</summary>
    public IReadOnlyList<ModelFile> Models { get; }

    public bool IsEnsemble => Models.Count > 1;

    public int Scale => Models[0].Generator.Scale;

    /// <summary>SHA-256 of the model; of several, see <see cref="Combined"/>.</summary>
    public string Sha256 => Combined(Models.Select(model => model.Sha256));

    /// <summary>What outputs record about the model.</summary>
    public ModelOrigin Origin => new(Scale, Name, Models[0].Group, Sha256, IsEnsemble ? [.. Models.Select(model => model.Sha256)] : []);

    public string Name => string.Join(", ", Models.Select(model => model.Name));

    /// <summary>How well outputs explain their inputs: the most lenient limits, as a mean is no worse. Null: unknown.</summary>
    public OutputConsistency? Outputs => Models.All(model => model.Outputs is not null)
        ? Models.Select(model => model.Outputs!).Aggregate((one, other) => new OutputConsistency
        {
            Planes = Math.Min(one.Planes, other.Planes),
            UnexplainedLimit = Math.Max(one.UnexplainedLimit, other.UnexplainedLimit),
            ContradictionLimit = Math.Max(one.ContradictionLimit, other.ContradictionLimit),
        })
        : null;

    /// <param name="paths">See <see cref="ModelFile.Load"/>.</param>
    /// <param name="plan">Must ask for the models' scale.</param>
    /// <param name="device">Where the models will run.</param>
    /// <exception cref="SrBatchException">As <see cref="ModelFile.Load"/>; 78 also when the models cannot be averaged.</exception>
    public static ModelSet Load(IReadOnlyList<string> paths, Plan plan, ComputeDevice device)
    {
        var models = new List<ModelFile>();
        try
        {
            foreach (string path in paths)
            {
                models.Add(ModelFile.Load(path, plan.Model, plan.Training, device));
                if (!models[^1].Intensities.Equals(models[0].Intensities))
                {
                    throw new SrBatchException(
                        ExitCode.BadManifest,
                        $"--model: {path} normalises images otherwise than {paths[0]}; the models of an ensemble must see the same image. "
                        + "Use models that were trained with the same percentiles.");
                }
            }
        }
        catch
        {
            models.ForEach(model => model.Dispose());
            throw;
        }
        return new ModelSet(models);
    }

    /// <summary>The only SHA-256; of several, the SHA-256 of their concatenated hexadecimal text.</summary>
    public static string Combined(IEnumerable<string> sha256) =>
        sha256.ToArray() is [var one] ? one : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(sha256))));

    public void Dispose()
    {
        foreach (ModelFile model in Models)
        {
            model.Dispose();
        }
    }
}
