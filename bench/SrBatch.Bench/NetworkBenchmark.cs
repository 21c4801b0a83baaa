using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using SrBatch.Core.Manifests;
using SrBatch.Core.Weights;
using SrBatch.Storage.Weights;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Native;

namespace SrBatch.Bench;

/// <summary>
/// The network alone, U-Net of 32 features: ours as trained, packed in fp32 and in bf16, beside ONNX Runtime (all optimisations) with the same weights and
/// Debian's PyTorch channels_last. Medians of 7 interleaved rounds, alone and beside a process that keeps one core busy; and how far outputs differ.
/// </summary>
internal static class NetworkBenchmark
{
    private const int Rounds = 7, Features = 32, Threads = 2;

    public static void Run()
    {
        TorchRuntime.Start(null, Threads);
        string folder = Directory.CreateTempSubdirectory("srbatch-bench-").FullName;
        var model = new InferenceModel(folder, Features);
        string exported = Path.Combine(folder, "exported"), onnx = Path.Combine(folder, "model.onnx");
        Peer.Run(StartUpBenchmark.Binary, "export", "--model", model.Weights, "--to", "pytorch", "--out", exported);
        Peer.Run("/usr/bin/python3", "bench/peers/export_onnx.py", exported, onnx);
        using var session = new InferenceSession(onnx, new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL, IntraOpNumThreads = Threads });
        using TrainedGenerator plain = Load(model), fp32 = Load(model), bf16 = Load(model);
        fp32.Pack(Precision.Fp32);
        bf16.Pack(Precision.Bf16);
        foreach ((int count, int side) in new[] { (1, 512), (4, 256), (1, 1024) })
        {
            Measure(count, side, session, [("unpacked fp32", plain), ("fp32", fp32), ("bf16", bf16)], "");
        }
        using (Process burner = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "while :; do :; done"]))!)
        {
            Measure(1, 512, session, [("fp32", fp32)], "beside a busy process, ");
            burner.Kill();
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Megapixels a second of packed networks on windows of a size: what the whole program is measured against.</summary>
    public static double Bare(TrainedGenerator generator, int height, int width, int rounds)
    {
        float[] window = Values(height * width), output = new float[window.Length];
        generator.Run(window, 1, height, width, output);
        return height * width / 1e6 / Peer.Median(Enumerable.Range(0, rounds).Select(_ => Time(() => generator.Run(window, 1, height, width, output))));
    }

    public static TrainedGenerator Load(InferenceModel model)
    {
        (IReadOnlyList<WeightArray> weights, _) = Safetensors.Read(model.Weights);
        return TrainedGenerator.Load(new ModelOptions { Features = model.Features, Scale = 1 }, weights, model.Weights, ComputeDevice.Cpu);
    }

    private static void Measure(int count, int side, InferenceSession session, (string Name, TrainedGenerator Generator)[] ours, string beside)
    {
        float[] windows = Values(count * side * side);
        var outputs = new Dictionary<string, float[]>();
        var runs = ours.Select(one => (one.Name, Run: (Action)(() => one.Generator.Run(windows, count, side, side, outputs[one.Name])))).ToList();
        runs.Add(("ONNX Runtime", () =>
        {
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(windows, [count, 1, side, side]);
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(new RunOptions(), ["x"], [input], ["y"]);
            results[0].GetTensorDataAsSpan<float>().CopyTo(outputs["ONNX Runtime"]);
        }
        ));
        var times = new Dictionary<string, List<double>>();
        foreach ((string name, _) in runs)
        {
            outputs[name] = new float[windows.Length];
            times[name] = [];
        }
        times["PyTorch"] = [];
        for (int round = 0; round <= Rounds; round++)
        {
            foreach ((string name, Action run) in runs)
            {
                double seconds = Time(run);
                if (round > 0)
                {
                    times[name].Add(seconds);
                }
            }
            if (round > 0 && round <= 3)
            {
                string[] arguments = [.. new[] { Features, count, side, 3, Threads }.Select(number => number.ToString(CultureInfo.InvariantCulture))];
                times["PyTorch"].Add(double.Parse(Peer.Run("/usr/bin/python3", ["bench/peers/infer_unet.py", .. arguments]).Output, CultureInfo.InvariantCulture) / 1000);
            }
        }
        double peer = Peer.Median(times["ONNX Runtime"]);
        foreach ((string name, List<double> seconds) in times)
        {
            double median = Peer.Median(seconds);
            string agreement = name != "fp32" && outputs.TryGetValue(name, out float[]? output) ? FormattableString.Invariant($", {PsnrDb(outputs["fp32"], output):F0} dB to fp32") : "";
            Console.WriteLine(FormattableString.Invariant($"network: {beside}{count} x {side} x {side}, {name}: {1000 * median:F0} ms, {windows.Length / 1e6 / median:F2} megapixels/s, {peer / median:F2} x ONNX Runtime{agreement}"));
        }
    }

    private static double Time(Action run)
    {
        long started = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double PsnrDb(float[] exact, float[] other) =>
        20 * Math.Log10((exact.Max() - exact.Min()) / Math.Sqrt(exact.Zip(other, (a, b) => (double)(a - b) * (a - b)).Average()));

    /// <summary>Smooth structures and noise.</summary>
    private static float[] Values(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(i => (float)((0.5 * Math.Pow(Math.Sin(i % 512 / 17.0), 8)) + (0.2 * random.NextDouble())))];
    }
}
