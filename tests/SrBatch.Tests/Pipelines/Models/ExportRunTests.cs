using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Randomness;
using SrBatch.Core.Weights;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Models;
using SrBatch.Storage.Weights;
using SrBatch.Tests.Architecture;
using SrBatch.Tests.Storage;
using SrBatch.Tests.Torch.Inference;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Networks;
using SrBatch.Worker.Verbs;
using static TorchSharp.torch;

namespace SrBatch.Tests.Pipelines.Models;

public sealed class ExportRunTests
{
    private static readonly string[] Networks = ["unet", "rcan", "dfcan"];
    private static readonly int[] Scales = [1, 2, 4];

    [Fact]
    public void Exports_OfEveryNetworkAndScale_DoInPyTorchWhatSrbatchDoes()
    {
        using var folder = new TemporaryFolder();
        foreach (string network in Networks)
        {
            foreach (int scale in Scales)
            {
                var options = new ModelOptions { Network = network, Scale = scale, Features = 4 };
                string name = folder.File($"{network}-{scale}");
                IReadOnlyList<WeightArray> arrays = WriteModel(name + ".safetensors", options);
                Assert.Equal(ExitCode.Done, Export(name + ".safetensors", "pytorch", name));
                Assert.Equal(ExitCode.Done, Export(name + ".safetensors", "bioimageio", name + ".zip"));
                // Longer than a window, so that tiles of the twin are seen too; one dead pixel.
                float[] image = Image(19, 350);
                File.WriteAllBytes(name + "-image.npy", NumpyFile.Write([19, 350], image));
                File.WriteAllBytes(
                    name + "-expected.npy",
                    NumpyFile.Write([19 * scale, 350 * scale], Enhance(options, arrays, image, 19, 350)));
            }
        }
        Assert.Equal(
            "9 exports agree",
            ChildProcess.Run("/usr/bin/python3", SourceTree.Tests("Pipelines", "Models", "check_exports.py"), folder.Path));
    }

    [Theory]
    [InlineData("pytorch", "out")]
    [InlineData("pytorch", "out/")]
    [InlineData("bioimageio", "out.zip")]
    public void Export_Twice_GivesTheSameBytes_AndLeavesNothingElse(string to, string name)
    {
        using TemporaryFolder one = new(), two = new();
        foreach (TemporaryFolder folder in new[] { one, two })
        {
            WriteModel(folder.File("m.safetensors"), new ModelOptions { Features = 4 });
            Export(folder.File("m.safetensors"), to, folder.File(name));
            File.Delete(folder.File("m.safetensors"));
        }
        static IEnumerable<(string, string)> Files(TemporaryFolder folder) =>
            Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetRelativePath(folder.Path, file), Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))));
        Assert.Equal(Files(one), Files(two));
        Assert.Equal(
            to == "pytorch" ? ["out/README.md", "out/card.json", "out/model.py", "out/weights.pt"] : ["out.zip"],
            Files(one).Select(file => file.Item1));
    }

    [Fact]
    public void Export_OutIsThere_IsRefused()
    {
        using var folder = new TemporaryFolder();
        WriteModel(folder.File("m.safetensors"), new ModelOptions { Features = 4 });
        Directory.CreateDirectory(folder.File("out"));
        AssertFails(ExitCode.Usage, $"{folder.File("out")} exists already; export overwrites nothing. Delete it, or give another --out.",
            () => Export(folder.File("m.safetensors"), "pytorch", folder.File("out")));
    }

    [Fact]
    public void Export_NoModel_SaysWhatIsWrong()
    {
        using var folder = new TemporaryFolder();
        string missing = folder.File("model.safetensors"), strange = folder.File("strange.safetensors");
        string checkpoint = folder.File("checkpoint.safetensors"), text = folder.File("text");
        AssertFails(ExitCode.BadManifest, $"{missing} does not exist. Train first ('srbatch train' with the same --run), or pass --model.",
            () => Export(missing, "pytorch", folder.File("out")));

        File.WriteAllText(text, "no model");
        AssertFails(
            ExitCode.ImagesFailed,
            $"{text}: damaged weights file: the header's length is 7810759558478983022 bytes, expected at most 100000000. "
                + "Use another checkpoint, or fetch the file again. "
                + "If it is the model of a run, 'srbatch train' makes it again from the run's newest checkpoint.",
            () => Export(text, "pytorch", folder.File("out")));

        WriteModel(strange, new ModelOptions { Features = 4 }, network: "edsr");
        AssertFails(
            ExitCode.ImagesFailed,
            $"{strange}: model.network is 'edsr'; must be one of unet, rcan, dfcan. "
                + "It was written by another version of srbatch; use that one.",
            () => Export(strange, "pytorch", folder.File("out")));

        WriteModel(checkpoint, new ModelOptions { Features = 4 }, prefix: "averaged.");
        AssertFails(
            ExitCode.ImagesFailed,
            $"{checkpoint} is a checkpoint; expected a model. Use the run's model.safetensors, which training writes at its end.",
            () => Export(checkpoint, "pytorch", folder.File("out")));
        Assert.False(Path.Exists(folder.File("out")));
    }

    [Theory]
    [InlineData("--run and --model are missing; give one of them", null, null, "pytorch", "out")]
    [InlineData("--run and --model are both given; give one of them", "r", "m", "pytorch", "out")]
    [InlineData("--to is 'onnx'; must be pytorch or bioimageio", "r", null, "onnx", "out")]
    [InlineData("--out is 'out'; must end in .zip with --to bioimageio", "r", null, "bioimageio", "out")]
    public void Options_Wrong_AreNamed(string expected, string? run, string? model, string to, string output) =>
        Assert.Equal([expected], new ExportVerb { Run = run, Model = model, To = to, Out = output }.Problems());

    private static ExitCode Export(string model, string to, string output) => ExportRun.Run(
        new ExportRequest { Model = model, To = to, Out = output },
        new RunContext(NullLogger.Instance, TimeProvider.System, new SlurmJob(), TextWriter.Null, CancellationToken.None));

    private static void AssertFails(ExitCode code, string message, Action export)
    {
        var fault = Assert.Throws<SrBatchException>(export);
        Assert.Equal((code, message), (fault.ExitCode, fault.Message));
    }

    private static List<WeightArray> WriteModel(string path, ModelOptions model, string? network = null, string prefix = "")
    {
        manual_seed(5);
        using Network made = NetworkCatalog.Create(model);
        using var parameters = new FlatParameters(made);
        List<WeightArray> arrays = [.. parameters.Export(parameters.Values, prefix)];
        var card = new ModelCard
        {
            Name = "tiny: \"quoted\" µ",
            Model = model with { Network = network ?? model.Network },
            Training = new TrainingOptions { PercentileLow = 0.1, PercentileHigh = 99.9 },
            Stride = 16,
            TrainingPlanes = 1,
            TrainingPixels = 1024,
            ReceptiveField = made.ReceptiveField,
            TrainingImages = ["a", "b"],
            Step = 12,
            ValidationPsnrDb = 30.123,
            ValidationSsim = 0.9,
            PlanSha256 = "0",
            Version = "0.0.0",
        };
        Safetensors.Write(path, arrays, new Dictionary<string, string> { [ModelCard.MetadataKey] = card.ToJson() });
        return arrays;
    }

    private static float[] Enhance(ModelOptions model, IReadOnlyList<WeightArray> arrays, float[] image, int height, int width)
    {
        var percentiles = new PercentileCounter([0.1, 99.9]);
        percentiles.FirstPass(image);
        percentiles.SecondPass(image);
        float[] output = new float[image.Length * model.Scale * model.Scale];
        using TrainedGenerator generator = TrainedGenerator.Load(model, arrays, "test", ComputeDevice.Cpu);
        new TiledEnhancer(generator.Run, model.Scale, 1).Enhance(
            height,
            width,
            generator.ChooseTiles(height, width, new InferenceOptions(), generator.ReceptiveField, 1L << 30),
            new IntensityRange((float)percentiles.Values()[0], (float)percentiles.Values()[1]),
            Boxes.Of(image, width),
            (block, values) => block.CopyTo(values, output, width, model.Scale));
        return output;
    }

    private static float[] Image(int height, int width)
    {
        var random = new SampleRandom(8, 0);
        float[] values = new float[height * width];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(500 + (4000 * random.NextDouble()));
        }
        values[777] = float.NaN;
        return values;
    }
}
