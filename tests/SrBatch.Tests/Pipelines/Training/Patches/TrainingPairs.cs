using Microsoft.Extensions.Logging.Abstractions;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.Pipelines.Training.Patches;

/// <summary>
/// Pairs that h5py wrote, all of scale 2, and their plan: <c>one</c>, two planes in a file of its own; <c>stack</c>, input and target in two files, three planes
/// of which the plan takes the last two and a part; <c>swapped</c>, x before y, in chunks; all with values of one type.
/// </summary>
internal static class TrainingPairs
{
    private const string Make = """
        import h5py, numpy, sys
        folder, kind = sys.argv[1:]
        random = numpy.random.default_rng(4)
        def smooth(planes, rows, columns):
            y, x = numpy.mgrid[:rows, :columns]
            return numpy.stack([40 + 30 * numpy.sin(x / (5 + p)) * numpy.sin(y / 7) for p in range(planes)])
        def low(high):
            return (high[:, ::2, ::2] + high[:, 1::2, 1::2]) / 2 + random.normal(0, 2, (high.shape[0], high.shape[1] // 2, high.shape[2] // 2))
        def write(file, name, values, **how):
            offset = 50 if kind.startswith("i") else 0
            values = values - offset if kind.startswith("f") else numpy.rint(values - offset)
            file.create_dataset(name, data=values.astype(kind), **how)
        high = smooth(2, 80, 96)
        with h5py.File(folder + "/one.h5", "w") as f:
            write(f, "low", low(high))
            write(f, "high", high)
        high = smooth(3, 100, 112)
        with h5py.File(folder + "/low.h5", "w") as f:
            write(f, "low", low(high), chunks=(1, 16, 16), compression="gzip", shuffle=True)
        with h5py.File(folder + "/high.h5", "w") as f:
            write(f, "high", high, chunks=(2, 32, 40), compression="gzip")
        high = smooth(1, 72, 90)
        with h5py.File(folder + "/swapped.h5", "w") as f:
            write(f, "low", low(high)[0].T, chunks=(20, 9), compression="lzf")
            write(f, "high", high[0].T)
        """;

    /// <param name="folder">Where the files go.</param>
    /// <param name="type">As numpy writes it.</param>
    /// <param name="training">With a patch of 32 target pixels.</param>
    public static Plan Write(TemporaryFolder folder, ElementType type, TrainingOptions training)
    {
        ChildProcess.Python(Make, folder.Path, type.NumpyName());
        return new Plan
        {
            Name = "pairs",
            ManifestSha256 = "0",
            Shards = 1,
            Model = new ModelOptions { Scale = 2 },
            Training = training,
            Inference = new InferenceOptions(),
            Quality = new QualityOptions(),
            Images =
            [
                Pair("one", Dataset("one", "low", "zyx", [2, 40, 48]), Dataset("one", "high", "zyx", [2, 80, 96])),
                Pair("stack",
                    Dataset("low", "low", "zyx", [3, 50, 56]) with { Start = [1, 2, 0], Count = [2, 48, 40] },
                    Dataset("high", "high", "zyx", [3, 100, 112]) with { Start = [1, 4, 0], Count = [2, 96, 80] }),
                Pair("swapped", Dataset("swapped", "low", "xy", [45, 36]), Dataset("swapped", "high", "xy", [90, 72])),
            ],
        };

        PlannedDataset Dataset(string file, string name, string axes, long[] shape) => new()
        {
            File = folder.File(file + ".h5"),
            Dataset = "/" + name,
            Axes = axes,
            Shape = shape,
            Start = [.. shape.Select(_ => 0L)],
            Count = shape,
            ElementType = type,
        };
    }

    /// <summary>Makes a pixel of the first plane of <c>one</c> not finite; the file must hold floats.</summary>
    public static void Spoil(TemporaryFolder folder, string dataset, int row, int column) => ChildProcess.Python("""
        import h5py, sys
        with h5py.File(sys.argv[1], "r+") as f:
            f[sys.argv[2]][0, int(sys.argv[3]), int(sys.argv[4])] = float("nan")
        """, folder.File("one.h5"), dataset, $"{row}", $"{column}");

    public static RunContext Context => new(NullLogger.Instance, TimeProvider.System, new SlurmJob(), TextWriter.Null, CancellationToken.None);

    private static PlannedImage Pair(string id, PlannedDataset input, PlannedDataset target) => new() { Id = id, Group = "g", Split = Split.Train, Input = input, Target = target };
}
