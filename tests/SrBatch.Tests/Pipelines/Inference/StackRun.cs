using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Inference;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Pipelines.Training.Patches;
using SrBatch.Tests.Storage;
using SrBatch.Torch.Devices;

namespace SrBatch.Tests.Pipelines.Inference;

/// <summary>
/// The inference pipeline on a stack of 64 planes of 96 x 96 pixels with a target, both in 8 chunks along z; in place of a network, a delegate gets each block.
/// Each plane is one block.
/// </summary>
internal sealed class StackRun
{
    public const int Planes = 64, Chunks = 8, Side = 96;

    private const string Make = """
        import h5py, numpy, sys
        random = numpy.random.default_rng(4)
        z, y, x = numpy.mgrid[:64, :96, :96]
        high = 2000 + 900 * numpy.sin(x / 5 + z / 9) * numpy.sin(y / 7)
        with h5py.File(sys.argv[1], "w") as f:
            for name, values in (("low", high + random.normal(0, 50, high.shape)), ("high", high)):
                f.create_dataset(name, data=values.astype("u2"), chunks=(8, 96, 96), compression="gzip")
        """;

    private readonly TemporaryFolder _folder;
    private readonly string _model;

    public StackRun(TemporaryFolder folder)
    {
        _folder = folder;
        ChildProcess.Python(Make, folder.File("stack.h5"));
        _model = RandomModel.Write(folder.File("model.safetensors"), 1);
        Image = new PlannedImage { Id = "stack", Group = "g", Split = Split.Test, Input = Dataset("/low"), Target = Dataset("/high") };
        Plan = new Plan
        {
            Name = "stack",
            ManifestSha256 = "0",
            Shards = 1,
            Model = new ModelOptions { Scale = 1, Features = 4 },
            Training = new TrainingOptions(),
            Inference = new InferenceOptions(),
            Quality = new QualityOptions(),
            Images = [Image],
        };
    }

    public PlannedImage Image { get; }
    public Plan Plan { get; }

    /// <summary>What all runs so far read of input and target.</summary>
    public ReadCounts Counts { get; } = new();

    public Hdf5ReadOptions Reading => TrainingPairs.Context.Reading([]) with { Counts = Counts };

    /// <summary>Of the last run.</summary>
    public StageTimes Times { get; private set; } = new();

    public RunFolder Folder(string name) => new(_folder.File(name));

    /// <param name="name">Of the run folder.</param>
    /// <param name="network">Called with the number of the block in this run, from 0; what it returns is ignored, the output is the input.</param>
    /// <param name="stop">Ends the run.</param>
    /// <returns>The rows; empty when the image is not done.</returns>
    public IReadOnlyList<QualityRow> Enhance(string name, Action<int> network, CancellationTokenSource? stop = null)
    {
        RunFolder folder = Folder(name);
        RunContext context = TrainingPairs.Context;
        using var models = ModelSet.Load([_model], Plan, ComputeDevice.Cpu);
        using var run = new InferenceRun(Plan, folder, new QualityPart(folder, "0of1", context, "cpu", 1), context) { Reading = Reading };
        Times = new StageTimes();
        using var scoring = new ImageScoring(models, run, Times);
        var reading = new ImageReading(image => Begin(image, folder, models), models.Models[0].Intensities, run.Reading, Times);
        int blocks = 0;
        new InferencePipeline(
            reading,
            (item, _) =>
            {
                network(blocks++);
                float[] output = [.. item.Pixels.Values];
                item.Plane.Map!.Value.Output.Restore(output, output);
                return [output];
            },
            new ImageWriting(Times),
            scoring,
            Times).Run(_ => [Image], stop?.Token ?? CancellationToken.None);
        return File.Exists(folder.Image(Image.Id)) ? OutputFile.Read(folder.Image(Image.Id)).Rows : [];
    }

    private static ImageWork Begin(PlannedImage image, RunFolder folder, ModelSet models)
    {
        var layout = new PlaneLayout { Dataset = OutputFile.Dataset, Axes = "zyx", Shape = image.Input!.OutputShape(1), ChunkRows = Side, ChunkColumns = Side };
        var settings = new OutputSettings("1", models.Sha256, "fp32", 1, [models.Models[0].Intensities]);
        return new ImageWork(image, folder.Image(image.Id), new OutputForm(1, new TileSizes(Side, Side, 0, 1), [layout], [new ChunkPacker(layout, 1)], settings));
    }

    private PlannedDataset Dataset(string name) => new()
    {
        File = _folder.File("stack.h5"),
        Dataset = name,
        Axes = "zyx",
        Shape = [Planes, Side, Side],
        Start = [0, 0, 0],
        Count = [Planes, Side, Side],
        ElementType = ElementType.UInt16,
        ElementSizeUm = new ElementSize(null, 0.1, 0.1),
    };
}
