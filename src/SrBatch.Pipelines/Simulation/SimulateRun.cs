using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planning;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Torch.Simulation;

namespace SrBatch.Pipelines.Simulation;

/// <summary>Simulates pairs, writes each as an HDF5 file, then writes a manifest that lists them.</summary>
public static class SimulateRun
{
    public static ExitCode Run(SimulateRequest request, RunContext context)
    {
        var simulation = new SimulationOptions
        {
            Images = request.Images,
            SizePx = request.Size,
            Scale = request.Scale,
            Structure = request.Structure,
            Pair = request.Pair,
            Seed = (ulong)Math.Max(0, request.Seed),
        };
        string[] seedProblems = request.Seed < 0 ? [$"--seed is {request.Seed}; must be at least 0"] : [];
        string[] problems = [.. simulation.Problems(), .. seedProblems];
        if (problems.Length > 0)
        {
            throw new SrBatchException(ExitCode.Usage, string.Join('\n', problems));
        }
        string folder = Path.GetFullPath(request.Out);
        TorchSetup.Load(null, context);
        string[] ids =
        [
            .. Enumerable.Range(0, request.Images).Select(i => string.Create(CultureInfo.InvariantCulture, $"{request.Structure}-{i:D4}")),
        ];
        string manifest = Path.Combine(folder, "manifest.json");
        SimulatedFolder.RequireReplaceable(folder, manifest, ids.Select(id => PathOf(folder, id)), context.Time);
        using IDisposable progress = context.Progress.Begin("simulate", "pairs", ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            if (context.Stop.IsCancellationRequested)
            {
                Log.StoppedEarly(context.Log);
                return ExitCode.Stopped;
            }
            Write(PathOf(folder, ids[i]), PairSimulator.Simulate(simulation, i));
            context.Progress.Advance();
        }
        IReadOnlyDictionary<string, Split> splits = new SplitShares(80, 10, 10).Assign(ids);
        ManifestWriter.Write(manifest, $"{request.Structure}-{request.Pair}", request.Scale, ids.Select(id => new ImageEntry
        {
            Key = id,
            Id = id,
            Group = request.Structure,
            Split = splits[id],
            Input = new DatasetReference { File = PathOf(folder, id), Dataset = "/low", Axes = "yx" },
            Target = new DatasetReference { File = PathOf(folder, id), Dataset = "/high", Axes = "yx" },
        }), linkedFolders: []);
        Log.Wrote(context.Log, $"wrote {ids.Length} pairs and {manifest}");
        return ExitCode.Done;
    }

    private static string PathOf(string folder, string id) => Path.Combine(folder, "pairs", id + ".h5");

    private static void Write(string path, SimulatedPair pair)
    {
        using StagedFile staged = AtomicFile.Stage(path);
        PlaneLayout[] layouts =
        [
            Layout("/low", pair.LowHeight, pair.LowWidth, pair.LowPixelSizeUm),
            Layout("/high", pair.HighHeight, pair.HighWidth, pair.HighPixelSizeUm),
        ];
        using (PlaneWriter writer = PlaneWriter.Create(staged.Path, layouts))
        {
            writer.WritePlane(0, default, Singles(pair.Low));
            writer.WritePlane(1, default, Singles(pair.High));
            foreach ((string name, object value) in pair.Parameters)
            {
                Set(writer.FileAttributes, name, value);
            }
            writer.Close();
        }
        staged.Commit();
    }

    private static PlaneLayout Layout(string dataset, int height, int width, double pixelSizeUm) => new()
    {
        Dataset = dataset,
        Axes = "yx",
        Shape = [height, width],
        ElementType = ElementType.UInt16,
        ElementSizeUm = new ElementSize(null, pixelSizeUm, pixelSizeUm),
    };

    /// <summary>Exact: float32 holds all integers of 16 bits.</summary>
    private static float[] Singles(ushort[] values) => Array.ConvertAll(values, value => (float)value);

    private static void Set(Hdf5Attributes attributes, string name, object value)
    {
        switch (value)
        {
            case double number:
                attributes.Set(name, number);
                break;
            case long number:
                attributes.Set(name, number);
                break;
            default:
                attributes.Set(name, (string)value);
                break;
        }
    }
}
