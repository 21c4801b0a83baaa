using System.Security.Cryptography;
using SrBatch.Core.Errors;
using SrBatch.Core.Models;

namespace SrBatch.Storage.BioImageIo;

/// <summary>Somebody else's model in the form of the BioImage.IO Model Zoo: a folder, its description, or a zip.</summary>
public sealed class BioImageIoPackage
{
    /// <summary>A description has some ten thousand bytes.</summary>
    private const int MostDescriptionBytes = 16 << 20;

    private readonly PackageFiles _files;

    private BioImageIoPackage(PackageFiles files, ExternalModel model)
    {
        _files = files;
        Model = model;
    }

    public ExternalModel Model { get; }

    /// <summary>Whether a path looks like a package: a folder with <c>bioimageio.yaml</c>, <c>rdf.yaml</c> or <c>model.yaml</c>, or a name that ends with .yaml, .yml or .zip.</summary>
    public static bool IsAt(string path) => PackageFiles.AreAt(path);

    /// <summary>Reads the description and sees that the weights are there; does not read them.</summary>
    /// <param name="path">Folder, description or zip.</param>
    /// <exception cref="SrBatchException">Not there, damaged, or a model that srbatch does not run (exit 65).</exception>
    public static BioImageIoPackage Open(string path)
    {
        PackageFiles files = PackageFiles.Open(path);
        string where = files.Where(files.Description);
        using var text = new StreamReader(new MemoryStream(files.Read(files.Description, MostDescriptionBytes)));
        ExternalModel model = DescriptionReader.Read(where, YamlReader.Read(where, text));
        return files.Has(model.WeightsPath) ? new BioImageIoPackage(files, model)
            : throw new SrBatchException(ExitCode.ImagesFailed, $"{where}: weights.torchscript.source is '{model.WeightsPath}', which is not in the package. Download the package again.");
    }

    /// <summary>The TorchScript file, and its SHA-256 in lower-case hex, which says what model this is.</summary>
    /// <exception cref="SrBatchException">Unreadable, of 2 GiB or more, or not what the package says (exit 65).</exception>
    public (byte[] Bytes, string Sha256) ReadWeights()
    {
        byte[] bytes = _files.Read(Model.WeightsPath, Array.MaxLength);
        string found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return Model.WeightsSha256 is { } expected && expected != found
            ? throw new SrBatchException(ExitCode.ImagesFailed, $"{_files.Where(Model.WeightsPath)}: its sha256 is {found}; the description says {expected}. Download the package again.")
            : (bytes, found);
    }
}
