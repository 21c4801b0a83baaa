using System.Security.Cryptography;
using System.Text;
using SrBatch.Core.Errors;
using SrBatch.Core.Exports;
using SrBatch.Core.Intensities;
using SrBatch.Core.Models;
using SrBatch.Core.Randomness;
using SrBatch.Core.Tiling;
using SrBatch.Core.Weights;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Files;
using SrBatch.Storage.Weights;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Networks;

namespace SrBatch.Pipelines.Models;

/// <summary>Export: model.safetensors -> a folder for PyTorch or a BioImage.IO package. The same model gives the same bytes.</summary>
public static class ExportRun
{
    public static ExitCode Run(ExportRequest request, RunContext context)
    {
        string path = request.Model ?? new RunFolder(request.Run!).ModelFolder(null).Model;
        // Shells complete the names of folders with a slash.
        string place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Out));
        if (Path.Exists(place))
        {
            throw AlreadyThere(place);
        }
        Leftovers.Clean(Path.GetDirectoryName(place)!, context, of: Path.GetFileName(place));
        (IReadOnlyList<WeightArray> arrays, ModelCard card) = ModelFile.Read(path);
        card = card with { Inputs = null }; // only srbatch compares inputs with those of the training
        ExportedNetwork network = NetworkCatalog.Export(card) with { Licence = card.Model.Licence, Author = card.Model.Author };
        if (request.To == ExportRequest.PyTorch)
        {
            AtomicFolder.CreateNew(place, PyTorch(network, arrays));
        }
        else
        {
            byte[] package = PlainZip.Write(BioImageIo(network, arrays, path, context));
            if (!AtomicFile.CreateNew(place, stream => stream.Write(package)))
            {
                throw AlreadyThere(place);
            }
        }
        Log.Wrote(context.Log, $"wrote {place}");
        return ExitCode.Done;
    }

    private static SrBatchException AlreadyThere(string path) =>
        new(ExitCode.Usage, $"{path} exists already; export overwrites nothing. Delete it, or give another --out.");

    private static List<(string Name, ReadOnlyMemory<byte> Bytes)> PyTorch(ExportedNetwork network, IReadOnlyList<WeightArray> arrays) =>
    [
        (BioImageIoDescription.Weights, PyTorchStateDict.Write(arrays)),
        ("model.py", Encoding.UTF8.GetBytes(PythonTwin.Module(network))),
        (BioImageIoDescription.Card, Encoding.UTF8.GetBytes(network.Card.ToJson())),
        (BioImageIoDescription.Readme, Encoding.UTF8.GetBytes(ExportReadme.ForPyTorch(network))),
    ];

    private static List<(string Name, ReadOnlyMemory<byte> Bytes)> BioImageIo(
        ExportedNetwork network,
        IReadOnlyList<WeightArray> arrays,
        string path,
        RunContext context)
    {
        TorchSetup.Load(null, context);
        using TrainedGenerator generator = TrainedGenerator.Load(network.Card.Model, arrays, path, ComputeDevice.Cpu);
        int halo = TileSizes.RoundUp(generator.ReceptiveField, generator.Stride);
        (byte[] input, byte[] output) = TestTensors(network.Card, generator, (2 * halo) + generator.Stride);
        List<(string Name, ReadOnlyMemory<byte> Bytes)> files =
        [
            (BioImageIoDescription.Weights, PyTorchStateDict.Write(arrays)),
            (network.PythonFile, Encoding.UTF8.GetBytes(PythonTwin.Network(network.Card.Model))),
            (BioImageIoDescription.TestInput, input),
            (BioImageIoDescription.TestOutput, output),
            (BioImageIoDescription.Card, Encoding.UTF8.GetBytes(network.Card.ToJson())),
            (BioImageIoDescription.Readme, Encoding.UTF8.GetBytes(ExportReadme.ForBioImageIo(network))),
        ];
        var sha256 = files.ToDictionary(file => file.Name, file => Convert.ToHexStringLower(SHA256.HashData(file.Bytes.Span)));
        var description = new BioImageIoDescription(network, halo, generator.Stride, sha256);
        string[] unnamed =
        [
            .. network.Licence is null ? ["no licence"] : Array.Empty<string>(),
            .. network.Author is null ? ["no author"] : Array.Empty<string>(),
        ];
        if (unnamed.Length > 0)
        {
            Log.Warning(
                context.Log,
                $"{path}: its card names {string.Join(" and ", unnamed)}; rdf.yaml has none either. "
                + "Programs load the package; bioimage.io asks for both (license, authors) before it publishes one.");
        }
        return [("rdf.yaml", Encoding.UTF8.GetBytes(description.ToYaml())), .. files];
    }

    /// <summary>Random values as of a camera, and the network's output for them, normalised as <c>scale_range</c> does.</summary>
    private static (byte[] Input, byte[] Output) TestTensors(ModelCard card, TrainedGenerator generator, int side)
    {
        var random = new SampleRandom(0, 0);
        float[] image = new float[side * side];
        for (int i = 0; i < image.Length; i++)
        {
            double uniform = random.NextDouble();
            image[i] = (float)(100 + (900 * uniform * uniform));
        }
        var percentiles = new PercentileCounter([card.PercentileLow, card.PercentileHigh]);
        percentiles.FirstPass(image);
        percentiles.SecondPass(image);
        IReadOnlyList<double> range = percentiles.Values();
        float[] normalised = new float[image.Length];
        new IntensityRange((float)range[0], (float)range[1]).Normalise(image, normalised);
        int outputSide = side * generator.Scale;
        float[] enhanced = new float[outputSide * outputSide];
        generator.Run(normalised, 1, side, side, enhanced);
        return (NumpyFile.Write([1, 1, side, side], image), NumpyFile.Write([1, 1, outputSide, outputSide], enhanced));
    }
}
