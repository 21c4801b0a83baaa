using System.Security.Cryptography;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Trust;
using SrBatch.Core.Weights;
using SrBatch.Storage.BioImageIo;
using SrBatch.Storage.Weights;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Inference;

namespace SrBatch.Pipelines.Models;

/// <summary>A model as loaded from its file, and how it is used.</summary>
/// <param name="Path">The file, or the package.</param>
/// <param name="Sha256">Of the file; of a package, of its weights. Lower-case hex.</param>
/// <param name="Name">The model's own.</param>
/// <param name="Group">The group whose images alone it was trained on; null: all, or nobody says.</param>
/// <param name="Network">Which network, for the log.</param>
/// <param name="Intensities">How its input is normalised, and what becomes of its output.</param>
/// <param name="AutoHalo">Input pixels that it needs; null: not known yet.</param>
/// <param name="Bf16CostDb">Validation PSNR that bf16 costs it; null: not known.</param>
/// <param name="Generator">The network.</param>
/// <param name="Inputs">What it was trained on looks like; null: the file does not tell.</param>
/// <param name="Outputs">How well its outputs explain their inputs; null: the file does not tell.</param>
internal sealed record ModelFile(
    string Path, string Sha256, string Name, string? Group, string Network, IntensityRule Intensities, int? AutoHalo, double? Bf16CostDb, TrainedGenerator Generator, InputDistribution? Inputs = null, OutputConsistency? Outputs = null) : IDisposable
{
    /// <summary>Sides of windows of a TorchScript file are multiples of it: enough for networks that halve their input five times.</summary>
    private const int ScriptStep = 32;

    /// <param name="path">A model.safetensors, a TorchScript file, or a BioImage.IO package.</param>
    /// <param name="planned">What the manifest asks for; the model must have its scale.</param>
    /// <param name="training">The manifest's: a TorchScript file does not say how images are normalised.</param>
    /// <param name="device">Where it will run.</param>
    /// <exception cref="SrBatchException">Exit code 78: another scale; 65: gone, damaged, or of a kind that srbatch does not run.</exception>
    public static ModelFile Load(string path, ModelOptions planned, TrainingOptions training, ComputeDevice device)
    {
        if (BioImageIoPackage.IsAt(path))
        {
            BioImageIoPackage package = BioImageIoPackage.Open(path);
            RequireScale(path, package.Model.Scale, planned);
            IntensityRule rule;
            try
            {
                rule = IntensityRule.Of(package.Model);
            }
            catch (NotSupportedException refused)
            {
                throw new SrBatchException(ExitCode.ImagesFailed, $"{path}: {refused.Message}. Choose another model, or ask its authors for one without.", refused);
            }
            (byte[] archive, string sha256) = package.ReadWeights();
            return new ModelFile(path, sha256, package.Model.Name, null, "TorchScript", rule, package.Model.Halo, null, TrainedGenerator.LoadScript(archive, package.Model, path, device));
        }
        if (IsScript(path))
        {
            byte[] archive = File.ReadAllBytes(path);
            var model = new ExternalModel
            {
                Name = System.IO.Path.GetFileNameWithoutExtension(path),
                Scale = planned.Scale,
                InputAxes = "bcyx",
                OutputAxes = "bcyx",
                LeastSide = ScriptStep,
                Step = ScriptStep,
                OneAtATime = false,
                ImageType = "float32",
                WeightsPath = path,
            };
            return new ModelFile(path, Convert.ToHexStringLower(SHA256.HashData(archive)), model.Name, null, "TorchScript",
                IntensityRule.Percentiles(training.PercentileLow, training.PercentileHigh), null, null, TrainedGenerator.LoadScript(archive, model, path, device));
        }
        (IReadOnlyList<WeightArray> weights, ModelCard card) = Read(path);
        RequireScale(path, card.Model.Scale, planned);
        return new ModelFile(path, Safetensors.FileSha256(path), card.Name, card.Group, card.Model.Network, card.Intensities, card.Halo?.Pixels, card.Bf16CostDb, TrainedGenerator.Load(card.Model, weights, path, device), card.Inputs, card.Outputs);
    }

    /// <summary>As <see cref="Sha256"/>, without loading the model.</summary>
    public static string Sha256Of(string path) => BioImageIoPackage.IsAt(path) ? BioImageIoPackage.Open(path).ReadWeights().Sha256 : Safetensors.FileSha256(path);

    /// <summary>The file's weights, and its card with all numbers, checked without libtorch.</summary>
    /// <exception cref="SrBatchException">Exit code 78: no such model; 65: damaged, a checkpoint, or of a network that this version does not have.</exception>
    public static (IReadOnlyList<WeightArray> Weights, ModelCard Card) Read(string path)
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
        return ([.. arrays.Where(array => !InputDistributionArrays.Includes(array))], card with { Inputs = InputDistributionArrays.Complete(card.Inputs, arrays, path) });
    }

    public void Dispose() => Generator.Dispose();

    private static void RequireScale(string path, int scale, ModelOptions planned)
    {
        if (scale != planned.Scale)
        {
            throw new SrBatchException(ExitCode.BadManifest, $"{path} has scale {scale}; the manifest's model.scale is {planned.Scale}. Use a model of that scale, or change the manifest.");
        }
    }

    /// <summary>A TorchScript file is a zip; a safetensors file begins with a length.</summary>
    private static bool IsScript(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[4];
        return file.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && head.SequenceEqual("PK\u0003\u0004"u8);
    }
}
