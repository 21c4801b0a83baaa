using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SrBatch.Core.Manifests;
using SrBatch.Core.Training;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Native;
using SrBatch.Torch.Training;

namespace SrBatch.Bench;

/// <summary>bf16 beside fp32: milliseconds of a training step, megapixels a second of the bare network, and what a model that is trained or run in bf16 loses of its validation score.</summary>
internal static class PrecisionBenchmark
{
    private const int Rounds = 5, Steps = 10, Threads = 2, Batch = 12, Patch = 64, Side = 512;

    private static readonly Precision[] Both = [Precision.Fp32, Precision.Bf16];

    public static void Run()
    {
        TorchRuntime.Start(null, Threads);
        foreach ((int features, LossKind loss) in new[] { (16, LossKind.Mse), (32, LossKind.Mse), (32, LossKind.Gan) })
        {
            double[] ms = Medians(precision => StepMilliseconds(features, loss, precision));
            Console.WriteLine(FormattableString.Invariant($"bf16: training step, {features} features, {Batch} x {Patch} x {Patch}, {loss}: fp32 {ms[0]:F1} ms, bf16 {ms[1]:F1} ms, ratio {ms[0] / ms[1]:F2}"));
        }
        string folder = Directory.CreateTempSubdirectory("srbatch-bench-").FullName;
        foreach (int features in new[] { 16, 32 })
        {
            using TrainedGenerator generator = NetworkBenchmark.Load(new InferenceModel(folder, features));
            double[] speeds = Medians(precision =>
            {
                generator.Pack(precision);
                return NetworkBenchmark.Bare(generator, Side, Side, 3);
            });
            Console.WriteLine(FormattableString.Invariant($"bf16: network, {features} features, {Side} x {Side}: fp32 {speeds[0]:F2} megapixels/s, bf16 {speeds[1]:F2}, ratio {speeds[1] / speeds[0]:F2}"));
        }
        Scores(Path.Combine(folder, "pairs"));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The same training in both precisions, by the published binary.</summary>
    private static void Scores(string pairs)
    {
        Peer.Run(StartUpBenchmark.Binary, "simulate", "--out", pairs, "--images", "60", "--size", "128", "--scale", "1", "--seed", "4", "--quiet");
        string manifest = Path.Combine(pairs, "bf16.json");
        File.WriteAllText(manifest, Peer.Run("/usr/bin/python3", "bench/quality/with_training.py", Path.Combine(pairs, "manifest.json"),
            """{"loss": "l1", "steps": 2000, "batch": 4, "patch": 64, "checkpointEvery": 2000, "validateEvery": 2000}""", """{"features": 16}""").Output);
        foreach (string precision in new[] { "fp32", "bf16" })
        {
            string run = Path.Combine(pairs, precision);
            Peer.Run(StartUpBenchmark.Binary, "train", "--manifest", manifest, "--run", run, "--precision", precision, "--threads", "2", "--quiet");
            JsonElement card = JsonDocument.Parse(Peer.Run(StartUpBenchmark.Binary, "inspect", Path.Combine(run, "model.safetensors"), "--json").Output).RootElement.GetProperty("card");
            string cost = card.TryGetProperty("bf16CostDb", out JsonElement db) ? db.GetDouble().ToString("F4", CultureInfo.InvariantCulture) : "not measured";
            Console.WriteLine(FormattableString.Invariant($"bf16: trained in {precision}, 2000 steps, 16 features: validation {card.GetProperty("validationPsnrDb").GetDouble():F3} dB, SSIM {card.GetProperty("validationSsim").GetDouble():F4}; run in bf16 it costs {cost} dB"));
        }
    }

    private static double[] Medians(Func<Precision, double> measure)
    {
        List<double>[] values = [[], []];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < Both.Length; i++)
            {
                values[i].Add(measure(Both[i]));
            }
        }
        return [.. values.Select(list => Peer.Median(list))];
    }

    private static double StepMilliseconds(int features, LossKind loss, Precision precision)
    {
        using var trainer = new Trainer(new ModelOptions { Features = features }, new TrainingOptions { Batch = Batch, Patch = Patch, Loss = loss, DiscriminatorStart = 0 }, ComputeDevice.Cpu) { Precision = precision };
        float[] values = [.. Enumerable.Range(0, Batch * Patch * Patch).Select(i => i % 97 / 97f)];
        var patches = new PatchBatch(Batch, Patch, Patch, values, values);
        trainer.Step(1, patches);
        long started = Stopwatch.GetTimestamp();
        for (int step = 2; step < Steps + 2; step++)
        {
            trainer.Step(step, patches);
        }
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / Steps;
    }
}
