using System.Globalization;
using System.Text.RegularExpressions;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Native;

namespace SrBatch.Bench;

/// <summary>
/// The whole program from HDF5 to HDF5 beside the bare network in windows of the same size: a large image, a thousand small ones, the time to the first
/// output, and peak memory by the image's size (32768 only with SRBATCH_BENCH_HUGE=1: 3 GB of disk and minutes).
/// </summary>
internal static partial class InferBenchmark
{
    private const int Rounds = 3, Threads = 2, Small = 1000;

    public static void Run()
    {
        TorchRuntime.Start(null, Threads);
        string folder = Directory.CreateTempSubdirectory("srbatch-bench-").FullName, run = Path.Combine(folder, "run");
        var model = new InferenceModel(folder, 32);
        using TrainedGenerator generator = NetworkBenchmark.Load(model);
        generator.Pack(Precision.Fp32);
        Planes("large.h5", 4096);
        foreach (object halo in new object[] { 32, 48, "exact" })
        {
            var whole = new List<double>();
            var bare = new List<double>();
            string stages = "";
            for (int round = 0; round < Rounds; round++)
            {
                (string log, TimeSpan time) = model.Infer(run, Path.Combine(folder, "large.h5"), new { halo }, "--precision", "fp32");
                whole.Add(4096.0 * 4096 / 1e6 / time.TotalSeconds);
                stages = Stages().Match(log).Value;
                int side = (int)Math.Sqrt(4096.0 * 4096 / double.Parse(Tiles().Match(log).Groups[1].Value, CultureInfo.InvariantCulture)) / 16 * 16;
                bare.Add(NetworkBenchmark.Bare(generator, side, side, 3));
            }
            Console.WriteLine(FormattableString.Invariant($"infer: 4096 x 4096, halo {halo}: {Peer.Median(whole):F2} megapixels/s of the image, bare network {Peer.Median(bare):F2}, ratio {Peer.Median(whole) / Peer.Median(bare):F2}; {stages}"));
        }

        Peer.Run("/usr/bin/python3", "bench/peers/noisy_planes.py", Path.Combine(folder, "small"), "256", Small.ToString(CultureInfo.InvariantCulture));
        double perSmall = model.Infer(run, Path.Combine(folder, "small*.h5"), new { }, "--precision", "fp32").Time.TotalSeconds / Small, bareSmall = 0.065536 / NetworkBenchmark.Bare(generator, 256, 256, 31);
        Console.WriteLine(FormattableString.Invariant($"infer: {Small} images of 256 x 256: {1000 * perSmall:F1} ms each, bare network {1000 * bareSmall:F1} ms, ratio {bareSmall / perSmall:F2}"));

        var light = new InferenceModel(folder, 8);
        double first = Peer.Median(Enumerable.Range(0, 11).Select(_ => light.Infer(run, Path.Combine(folder, "small0.h5"), new { }).Time.TotalMilliseconds));
        Console.WriteLine(FormattableString.Invariant($"infer: one image of 256 x 256, 8 features, from start to end: {first:F0} ms"));

        double firstPeak = 0;
        foreach (int side in Environment.GetEnvironmentVariable("SRBATCH_BENCH_HUGE") == "1" ? new[] { 2048, 8192, 32768 } : [2048, 8192])
        {
            Planes("plane.h5", side);
            string manifest = Path.Combine(light.Folder, "infer.json");
            light.Infer(run, Path.Combine(folder, "small0.h5"), new { });
            File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("small0.h5", "plane.h5", StringComparison.Ordinal));
            Directory.Delete(run, recursive: true);
            double peak = double.Parse(Peer.Run("/usr/bin/python3", "bench/peers/peak_memory.py", StartUpBenchmark.Binary, "infer", "--manifest", manifest, "--run", run, "--model", light.Weights, "--quiet").Output, CultureInfo.InvariantCulture);
            firstPeak = firstPeak == 0 ? peak : firstPeak;
            Console.WriteLine(FormattableString.Invariant($"infer: {side} x {side}, 8 features: peak {peak:F0} MiB, {peak / firstPeak:F2} of the first"));
        }
        Directory.Delete(folder, recursive: true);

        void Planes(string name, int side) => Peer.Run("/usr/bin/python3", "bench/peers/noisy_planes.py", Path.Combine(folder, name), side.ToString(CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("reading .*")]
    private static partial Regex Stages();

    [GeneratedRegex("in ([0-9]+) tiles")]
    private static partial Regex Tiles();
}
