using System.Security.Cryptography;
using SrBatch.Core.Errors;
using SrBatch.Core.Models;

namespace SrBatch.Storage.BioImageIo;

/// <summary>A model made by others, in the format of the BioImage.IO Model Zoo: a folder, its description file, or a zip.</summary>
public sealed class BioImageIoPackage
{
    /// <summary>Descriptions usually have about ten thousand bytes.</summary>
    private const int MostDescriptionBytes = 16 << 20;

    private readonly PackageFiles _files;

    private BioImageIoPackage(PackageFiles files, ExternalModel model)
    {
        _files = files;
        Model = model;
    }

    public ExternalModel Model { get; }

    /// <summary>
    /// Whether a path looks like a package: a folder with <c>bioimageio.yaml</c>, <c>rdf.yaml</c> or <c>model.yaml</c>, or a name that ends
    /// in .yaml, .yml or .zip.
    /// </summary>
    public static bool IsAt(string path) => PackageFiles.AreAt(path);

    /// <summary>Reads the description and checks that the weights exist; does not read the weights.</summary>
    /// <param name="path">Folder, description file or zip.</param>
    /// <exception cref="SrBatchException">The package is missing or damaged, or srbatch cannot run the model (exit 65).</exception>
    public static BioImageIoPackage Open(string path)
    {
        PackageFiles files = PackageFiles.Open(path);
        string where = files.Where(files.Description);
        using var text = new StreamReader(new MemoryStream(files.Read(files.Description, MostDescriptionBytes)));
        ExternalModel model = DescriptionReader.Read(where, YamlReader.Read(where, text));
        return files.Has(model.WeightsPath) ? new BioImageIoPackage(files, model)
            : throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{where}: weights.torchscript.source is '{model.WeightsPath}', which is not in the package. Download the package again.");
    }

    /// <summary>Reads the TorchScript file and computes its SHA-256 (lower-case hex), which identifies the model.</summary>
    /// <exception cref="SrBatchException">
    /// The file is unreadable, is 2 GiB or larger, or has another checksum than the package says (exit 65).
    /// </exception>
    public (byte[] Bytes, string Sha256) ReadWeights()
    {
        byte[] bytes = _files.Read(Model.WeightsPath, Array.MaxLength);
        string found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return Model.WeightsSha256 is { } expected && expected != found
            ? throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{_files.Where(Model.WeightsPath)}: its sha256 is {found}; the description says {expected}. Download the package again.")
            : (bytes, found);
    }
}
