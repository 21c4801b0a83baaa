using System.Diagnostics;
using System.Globalization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Training;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Native;
using SrBatch.Torch.Training;
using static TorchSharp.torch;

namespace SrBatch.Bench;

/// <summary>
/// Patches a second of two ranks with a thread each against one rank with a thread, at the same patches a step, and against two processes that share nothing,
/// each with half of the patches: what the machine allows. And what summing tensors over two ranks reaches
/// of what a C program does. Medians of 5 interleaved rounds. Needs Open MPI's mpirun and mpicc, or MPICH's.
/// </summary>
internal static class ScaleBenchmark
{
    private const int Rounds = 5, Steps = 20;

    public static void Run()
    {
        foreach (string kind in new[] { "openmpi", "mpich" })
        {
            foreach ((int features, int batch, int patch) in new[] { (16, 12, 64), (16, 8, 128), (32, 12, 64) })
            {
                var one = new List<double>();
                var two = new List<double>();
                var apart = new List<double>();
                for (int round = 0; round < Rounds; round++)
                {
                    string[] step = ["scale-step", $"{features}", $"{batch}", $"{patch}"];
                    one.Add(Number(Launch(kind, 1, [Environment.ProcessPath!, .. step])));
                    two.Add(Number(Launch(kind, 2, [Environment.ProcessPath!, .. step])));
                    string[] half = ["scale-step", $"{features}", $"{batch / 2}", $"{patch}"];
                    Task<double>[] both = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => Number(Launch(kind, 1, [Environment.ProcessPath!, .. half]))))];
                    apart.Add(both.Sum(process => process.Result));
                }
                Console.WriteLine(FormattableString.Invariant($"scale: {kind}, {features} features, {batch} x {patch} x {patch} a step: 1 rank {Peer.Median(one):F1}, 2 ranks {Peer.Median(two):F1} patches/s, ratio {Peer.Median(two) / Peer.Median(one):F2}; two processes that share nothing {Peer.Median(apart):F1}, ratio {Peer.Median(two) / Peer.Median(apart):F2}"));
            }
            string program = Path.Combine(Path.GetTempPath(), $"srbatch-allreduce-{kind}");
            Peer.Run($"mpicc.{kind}", "-O2", "-o", program, "bench/peers/allreduce.c");
            foreach (string megabytes in new[] { "10", "40" })
            {
                var ours = new List<double>();
                var theirs = new List<double>();
                for (int round = 0; round < Rounds; round++)
                {
                    ours.Add(Number(Launch(kind, 2, [Environment.ProcessPath!, "scale-sum", megabytes])));
                    theirs.Add(Number(Launch(kind, 2, [program, megabytes])));
                }
                Console.WriteLine(FormattableString.Invariant($"scale: {kind}, sum of {megabytes} MB over 2 ranks: srbatch {Peer.Median(ours):F2}, C {Peer.Median(theirs):F2} GB/s, ratio {Peer.Median(ours) / Peer.Median(theirs):F2}"));
            }
            File.Delete(program);
        }
    }

    /// <summary>One rank of a training: prints patches a second.</summary>
    public static void Step(int features, int batch, int patch)
    {
        TorchRuntime.Start(null, 1);
        using ICollective ranks = Join();
        int share = batch / ranks.Size;
        using var trainer = new Trainer(new ModelOptions { Features = features }, new TrainingOptions { Batch = batch, Patch = patch, Loss = LossKind.Mse }, ComputeDevice.Cpu, ranks);
        float[] values = [.. Enumerable.Range(0, share * patch * patch).Select(i => i % 97 / 97f)];
        var patches = new PatchBatch(share, patch, patch, values, values);
        trainer.Step(1, patches, share: 1.0 / ranks.Size);
        trainer.Step(2, patches, share: 1.0 / ranks.Size);
        ranks.Barrier();
        long started = Stopwatch.GetTimestamp();
        for (int step = 3; step < Steps + 3; step++)
        {
            trainer.Step(step, patches, share: 1.0 / ranks.Size);
        }
        Print(ranks, Steps * batch / Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>One rank of a sum: prints the best GB/s of 20.</summary>
    public static void Sum(int megabytes)
    {
        TorchRuntime.Start(null, 1);
        using ICollective ranks = Join();
        using Tensor values = zeros(megabytes * 1_000_000 / sizeof(float));
        double best = 0;
        for (int i = 0; i < 20; i++)
        {
            ranks.Barrier();
            long started = Stopwatch.GetTimestamp();
            ranks.Sum(values);
            best = Math.Max(best, 1e-9 * sizeof(float) * values.NumberOfElements / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        Print(ranks, best);
    }

    private static ICollective Join()
    {
        int size = int.Parse(Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_SIZE") ?? Environment.GetEnvironmentVariable("PMI_SIZE")!, CultureInfo.InvariantCulture);
        return size == 1 ? SingleProcess.Instance : MpiCollective.Start(size, "mpirun", hasGpu: false, new CollectiveWait(TimeSpan.FromMinutes(1), Console.Error.WriteLine));
    }

    private static void Print(ICollective ranks, double value)
    {
        if (ranks.Rank == 0)
        {
            Console.WriteLine(value.ToString("F3", CultureInfo.InvariantCulture));
        }
    }

    private static string Launch(string kind, int ranks, string[] command) =>
        // Open MPI gives ranks a terminal, and .NET tells a terminal that it is there.
        Peer.Run("env", ["TERM=dumb", $"mpirun.{kind}", .. kind == "openmpi" ? (ReadOnlySpan<string>)["--allow-run-as-root", "--bind-to", "none"] : [], "-n", $"{ranks}", .. command]).Output;

    private static double Number(string output) => double.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Trim().Split(' ')[^1], CultureInfo.InvariantCulture);
}
