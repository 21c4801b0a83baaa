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

/// <summary>A model that was loaded from its file.</summary>
internal sealed record ModelFile : IDisposable
{
    /// <summary>Window sides of a TorchScript model are multiples of this: it suits networks that halve their input five times.</summary>
    private const int ScriptStep = 32;

    /// <summary>Path of the file or of the package.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256 of the file, or of a package's weights; lower-case hex.</summary>
    public required string Sha256 { get; init; }

    public required string Name { get; init; }

    /// <summary>The only group that the model was trained on; null: all groups, or not known.</summary>
    public string? Group { get; init; }

    /// <summary>Name of the network, for the log.</summary>
    public required string Network { get; init; }

    /// <summary>How the input is normalised and the output mapped back.</summary>
    public required IntensityRule Intensities { get; init; }

    /// <summary>Input pixels that the model needs around a window; null: not measured yet.</summary>
    public int? AutoHalo { get; init; }

    /// <summary>Validation PSNR that the model loses in bf16; null: not known.</summary>
    public double? Bf16CostDb { get; init; }

    public required TrainedGenerator Generator { get; init; }

    /// <summary>Statistics of the training inputs; null: the file has none.</summary>
    public InputDistribution? Inputs { get; init; }

    /// <summary>How well the model's outputs explain their inputs; null: the file does not say.</summary>
    public OutputConsistency? Outputs { get; init; }

    /// <param name="path">A model.safetensors, a TorchScript file, or a BioImage.IO package.</param>
    /// <param name="planned">From the manifest; the model must have this scale.</param>
    /// <param name="training">From the manifest, as a TorchScript file does not say how images are normalised.</param>
    /// <param name="device">Where the model will run.</param>
    /// <exception cref="SrBatchException">Exit code 78: another scale; 65: missing, damaged, or of an unknown kind.</exception>
    public static ModelFile Load(string path, ModelOptions planned, TrainingOptions training, ComputeDevice device)
    {
        if (BioImageIoPackage.IsAt(path))
        {
            return LoadPackage(path, planned, device);
        }
        if (IsScript(path))
        {
            return LoadScript(path, planned, training, device);
        }
        (IReadOnlyList<WeightArray> weights, ModelCard card) = Read(path);
        RequireScale(path, card.Model.Scale, planned);
        return new ModelFile
        {
            Path = path,
            Sha256 = Safetensors.FileSha256(path),
            Name = card.Name,
            Group = card.Group,
            Network = card.Model.Network,
            Intensities = card.Intensities,
            AutoHalo = card.Halo?.Pixels,
            Bf16CostDb = card.Bf16CostDb,
            Generator = TrainedGenerator.Load(card.Model, weights, path, device),
            Inputs = card.Inputs,
            Outputs = card.Outputs,
        };
    }

    /// <summary>Computes <see cref="Sha256"/> without loading the model.</summary>
    public static string Sha256Of(string path) =>
        BioImageIoPackage.IsAt(path) ? BioImageIoPackage.Open(path).ReadWeights().Sha256 : Safetensors.FileSha256(path);

    /// <summary>Checks that model files are whole, as far as that can be told without libtorch.</summary>
    /// <exception cref="SrBatchException">Exit code 65: damaged.</exception>
    public static void RequireSound(IEnumerable<string> paths)
    {
        foreach (string path in paths.Where(path => !BioImageIoPackage.IsAt(path) && !IsScript(path)))
        {
            _ = Read(path);
        }
    }

    /// <summary>Reads the weights and the card of a model.safetensors, and checks them without libtorch.</summary>
    /// <exception cref="SrBatchException">Exit code 78: no such file; 65: damaged, a checkpoint, or an unknown network.</exception>
    public static (IReadOnlyList<WeightArray> Weights, ModelCard Card) Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new SrBatchException(
                ExitCode.BadManifest, $"{path} does not exist. Train first ('srbatch train' with the same --run), or pass --model.");
        }
        (IReadOnlyList<WeightArray> arrays, IReadOnlyDictionary<string, string> metadata) = ReadWhole(path);
        ModelCard card = ModelCard.FromMetadata(metadata, path);
        if (card.Model.Problems().ToArray() is { Length: > 0 } problems)
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{path}: {string.Join("; ", problems)}. It was written by another version of srbatch; use that one.");
        }
        if (arrays.Any(array => array.Name.StartsWith("averaged.", StringComparison.Ordinal)))
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{path} is a checkpoint; expected a model. Use the run's model.safetensors, which training writes at its end.");
        }
        card = card with { Inputs = InputDistributionArrays.Complete(card.Inputs, arrays, path) };
        return ([.. arrays.Where(array => !InputDistributionArrays.Includes(array))], card);
    }

    public void Dispose() => Generator.Dispose();

    private static (IReadOnlyList<WeightArray> Arrays, IReadOnlyDictionary<string, string> Metadata) ReadWhole(string path)
    {
        try
        {
            return Safetensors.Read(path);
        }
        catch (SrBatchException damaged) when (damaged.ExitCode == ExitCode.ImagesFailed)
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{damaged.Message} If it is the model of a run, 'srbatch train' makes it again from the run's newest checkpoint.",
                damaged);
        }
    }

    private static ModelFile LoadPackage(string path, ModelOptions planned, ComputeDevice device)
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
            throw new SrBatchException(
                ExitCode.ImagesFailed, $"{path}: {refused.Message}. Choose another model, or ask its authors for one without.", refused);
        }
        (byte[] archive, string sha256) = package.ReadWeights();
        return new ModelFile
        {
            Path = path,
            Sha256 = sha256,
            Name = package.Model.Name,
            Network = "TorchScript",
            Intensities = rule,
            AutoHalo = package.Model.Halo,
            Generator = TrainedGenerator.LoadScript(archive, package.Model, path, device),
        };
    }

    private static ModelFile LoadScript(string path, ModelOptions planned, TrainingOptions training, ComputeDevice device)
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
        return new ModelFile
        {
            Path = path,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(archive)),
            Name = model.Name,
            Network = "TorchScript",
            Intensities = IntensityRule.Percentiles(training.PercentileLow, training.PercentileHigh),
            Generator = TrainedGenerator.LoadScript(archive, model, path, device),
        };
    }

    private static void RequireScale(string path, int scale, ModelOptions planned)
    {
        if (scale != planned.Scale)
        {
            throw new SrBatchException(
                ExitCode.BadManifest,
                $"{path} has scale {scale}; the manifest's model.scale is {planned.Scale}. "
                + "Use a model of that scale, or change the manifest.");
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
