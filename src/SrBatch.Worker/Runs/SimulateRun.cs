using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5;
using SrBatch.Torch.Simulation;
using SrBatch.Worker.Logging;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker.Runs;

/// <summary>options -> pairs as HDF5 -> a manifest for them.</summary>
internal static class SimulateRun
{
    public static ExitCode Run(SimulateVerb options, RunContext context)
    {
        var simulation = new SimulationOptions
        {
            Images = options.Images,
            SizePx = options.Size,
            Scale = options.Scale,
            Structure = options.Structure,
            Pair = options.Pair,
            Seed = (ulong)Math.Max(0, options.Seed),
        };
        string[] problems = [.. simulation.Problems(), .. options.Seed < 0 ? [$"--seed is {options.Seed}; must be at least 0"] : Array.Empty<string>()];
        if (problems.Length > 0)
        {
            throw new SrBatchException(ExitCode.Usage, string.Join('\n', problems));
        }
        TorchSetup.Load(context.Slurm.CpusPerTask);
        string folder = Path.GetFullPath(options.Out);
        string[] ids = [.. Enumerable.Range(0, options.Images).Select(i => string.Create(CultureInfo.InvariantCulture, $"{options.Structure}-{i:D4}"))];
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
        ManifestWriter.Write(manifest, $"{options.Structure}-{options.Pair}", options.Scale, ids.Select(id => new ImageEntry
        {
            Key = id,
            Id = id,
            Group = options.Structure,
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
