using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planning;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Torch.Simulation;

namespace SrBatch.Pipelines.Simulation;

/// <summary>options -> pairs as HDF5 -> a manifest for them.</summary>
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
        string[] problems = [.. simulation.Problems(), .. request.Seed < 0 ? [$"--seed is {request.Seed}; must be at least 0"] : Array.Empty<string>()];
        if (problems.Length > 0)
        {
            throw new SrBatchException(ExitCode.Usage, string.Join('\n', problems));
        }
        TorchSetup.Load(null, context);
        string folder = Path.GetFullPath(request.Out);
        string[] ids = [.. Enumerable.Range(0, request.Images).Select(i => string.Create(CultureInfo.InvariantCulture, $"{request.Structure}-{i:D4}"))];
        for (int i = 0; i < ids.Length; i++)
        {
            if (context.Stop.IsCancellationRequested)
            {
                return ExitCode.Stopped;
            }
            Write(PathOf(folder, ids[i]), PairSimulator.Simulate(simulation, i));
        }
        IReadOnlyDictionary<string, Split> splits = new SplitShares(80, 10, 10).Assign(ids);
        string manifest = Path.Combine(folder, "manifest.json");
        ManifestWriter.Write(manifest, $"{request.Structure}-{request.Pair}", request.Scale, ids.Select(id => new ImageEntry
        {
            Key = id,
            Id = id,
            Group = request.Structure,
            Split = splits[id],
            Input = new DatasetReference { File = PathOf(folder, id), Dataset = "/low", Axes = "yx" },
            Target = new DatasetReference { File = PathOf(folder, id), Dataset = "/high", Axes = "yx" },
        }));
        Log.Wrote(context.Log, $"wrote {ids.Length} pairs and {manifest}");
        return ExitCode.Done;
    }

    private static string PathOf(string folder, string id) => Path.Combine(folder, "pairs", id + ".h5");

    private static void Write(string path, SimulatedPair pair)
    {
        using StagedFile staged = AtomicFile.Stage(path);
        using (Hdf5File file = Hdf5File.Create(staged.Path))
        {
            WriteImage(file, "/low", pair.Low, pair.LowHeight, pair.LowWidth, pair.LowPixelSizeUm);
            WriteImage(file, "/high", pair.High, pair.HighHeight, pair.HighWidth, pair.HighPixelSizeUm);
            foreach ((string name, object value) in pair.Parameters)
            {
                switch (value)
                {
                    case double number:
                        file.Attributes.Set(name, number);
                        break;
                    case long number:
                        file.Attributes.Set(name, number);
                        break;
                    default:
                        file.Attributes.Set(name, (string)value);
                        break;
                }
            }
            file.Close();
        }
        staged.Commit();
    }

    private static void WriteImage(Hdf5File file, string path, ushort[] values, int height, int width, double pixelSizeUm)
    {
        var options = new Hdf5DatasetOptions { Chunk = [Math.Min(256, height), Math.Min(256, width)], GzipLevel = 4, Shuffle = true };
        using Hdf5Dataset dataset = file.CreateDataset(path, ElementType.UInt16, [height, width], options);
        dataset.Write<ushort>([0, 0], [height, width], values);
        dataset.Attributes.Set("DIMENSION_LABELS", (IReadOnlyList<string>)["y", "x"]);
        dataset.Attributes.Set("element_size_um", [1, pixelSizeUm, pixelSizeUm]);
    }
}
