using System.Diagnostics;
using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Planes;
using SrBatch.Pipelines.Training.Patches;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Bench;

/// <summary>Batches of 12 x 64 x 64 that training gets from 64 pairs of planes of 1024 x 1024, packed: by how many steps are read together and how much is in memory.</summary>
internal static class PatchBenchmark
{
    private const int Planes = 64, Length = 1024, Side = 64, Batch = 12, Rounds = 3, Threads = 2;

    public static void Run()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("srbatch-bench-");
        try
        {
            Peer.Run("/usr/bin/python3", "bench/peers/pairs.py", folder.FullName);
            foreach (string chunks in (string[])["256", "1024"])
            {
                TrainingPlane[] inFiles = Pairs(Path.Combine(folder.FullName, chunks + ".h5")), half = [.. inFiles.Select((plane, i) => i % 2 == 0 ? Decoded(plane) : plane)], all = [.. half.Select(Decoded)];
                foreach ((string what, TrainingPlane[] planes, int together) in new[] { ("no plane in memory", inFiles, 1), ("no plane in memory", inFiles, 16), ("no plane in memory", inFiles, 128), ("half in memory", half, 128), ("all in memory", all, 2) })
                {
                    double[] rates = [.. Enumerable.Range(0, Rounds).Select(round => Rate(planes, together, 1 + (round * 1000)))];
                    Console.WriteLine(FormattableString.Invariant($"patches: chunks of {chunks} x {chunks}, {what}, {together} steps together: {Peer.Median([.. rates]):F1} batches/s"));
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Rate(TrainingPlane[] planes, int together, int first)
    {
        var sampler = new PatchSampler(1, [.. planes.Select(_ => new PatchPlane(Length, Length))], Side, structure: 0);
        var reader = new PatchReader(planes, 1, Side, Threads, new Hdf5ReadOptions());
        int steps = Math.Max(together, 16);
        long started = Stopwatch.GetTimestamp();
        for (int step = 0; step < steps; step += together)
        {
            _ = reader.Read([.. Enumerable.Range(first + step, together).Select(s => sampler.Draw(s, Batch))], CancellationToken.None);
        }
        return steps / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static TrainingPlane[] Pairs(string file)
    {
        var low = new PlannedDataset
        {
            File = file,
            Dataset = "/low",
            Axes = "zyx",
            Shape = [Planes, Length, Length],
            Start = [0, 0, 0],
            Count = [Planes, Length, Length],
            ElementType = ElementType.UInt16,
        };
        var image = new PlannedImage { Id = "a", Group = "g", Split = Split.Train, Input = low, Target = low with { Dataset = "/high" } };
        return [.. low.Planes().Select(plane => new TrainingPlane(image, plane, plane, new IntensityRange(0, 1), new IntensityRange(0, 1), null, null))];
    }

    private static TrainingPlane Decoded(TrainingPlane plane)
    {
        if (plane.Pixels is not null)
        {
            return plane;
        }
        using var input = new PlaneSource(plane.Image.Input!, new Hdf5ReadOptions());
        using var target = new PlaneSource(plane.Image.Target!, new Hdf5ReadOptions());
        return plane with { Pixels = (DecodedPlane.Read(input, plane.Input, CancellationToken.None), DecodedPlane.Read(target, plane.Target, CancellationToken.None)) };
    }
}
