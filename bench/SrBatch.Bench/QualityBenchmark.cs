using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Trust;
using SrBatch.Pipelines.Scoring;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Native;

namespace SrBatch.Bench;

/// <summary>
/// What scoring a plane takes beside enhancing it: 1024 x 1024 at scale 1, the U-Net of 16 and of 32 features; then metric by metric. In processor time: scores are computed
/// beside the network of the next image, so that what they cost is what they take of the processors; and it repeats on a busy machine. Set DOTNET_TieredCompilation=0:
/// the program is compiled ahead of time.
/// </summary>
internal static class QualityBenchmark
{
    private const int Rounds = 7, Threads = 2, Side = 1024;

    public static void Run()
    {
        TorchRuntime.Start(null, Threads);
        string folder = Directory.CreateTempSubdirectory("srbatch-bench-").FullName;
        float[] output = Spots(1), target = Spots(0.9), low = Spots(0.5);
        double without = Seconds(QualityOptions.KnownMetrics, null), with = Seconds(QualityOptions.KnownMetrics, target);
        foreach (int features in new[] { 16, 32 })
        {
            var model = new InferenceModel(folder, features);
            using TrainedGenerator generator = NetworkBenchmark.Load(model);
            generator.Pack(Precision.Fp32);
            float[] enhanced = new float[Side * Side];
            double network = Processor(() => generator.Run(low, 1, Side, Side, enhanced));
            Console.WriteLine(FormattableString.Invariant($"quality: {features} features: network {1000 * network:F0} ms, scores {1000 * without:F0} ms without a target ({without / network:P1}), {1000 * with:F0} ms with one ({with / network:P1})"));
        }
        foreach (string metric in QualityOptions.KnownMetrics)
        {
            Console.WriteLine(FormattableString.Invariant($"quality: {metric} alone: {1000 * Seconds([metric], target):F0} ms"));
        }
        Directory.Delete(folder, recursive: true);

        double Seconds(IReadOnlyList<string> metrics, float[]? truth)
        {
            var scorer = new PlaneScorer(new QualityOptions { Metrics = metrics }, 1, new OutputConsistency { Planes = 1, UnexplainedLimit = 1, ContradictionLimit = 10 });
            QualityRow blank = new() { Run = "", Image = "", Group = "", Split = "", Verdict = Verdict.Pass, Version = "", PixelSizeUm = 0.1 };
            var plane = new PlanePixels
            {
                InputType = ElementType.UInt16,
                Height = Side,
                Width = Side,
                Input = low,
                Output = output,
                Target = scorer.Compares ? truth : null,
            };
            return Processor(() => scorer.Score(blank, plane));
        }
    }

    /// <summary>Median seconds of processor time, all threads together; the first run does not count.</summary>
    private static double Processor(Action work)
    {
        work();
        return Peer.Median(Enumerable.Range(0, Rounds).Select(_ =>
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            work();
            return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }));
    }

    /// <summary>Waves of all directions under a hash for noise.</summary>
    private static float[] Spots(double contrast) => [.. Enumerable.Range(0, Side * Side).Select(i =>
    {
        (int y, int x) = (i / Side, i % Side);
        return (float)(1000 + (300 * contrast * Math.Sin(y * 0.21) * Math.Sin((x * 0.17) + (y * 0.05))) + ((i * 7919L) % 101));
    })];
}
