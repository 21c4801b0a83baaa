using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using SrBatch.Core.Manifests;
using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using static TorchSharp.torch;

namespace SrBatch.Bench;

internal static class InferBenchmark
{
    public static void Run()
    {
        TorchRuntime.Start(null, 2);
        const int Features = 32;
        string onnx = Path.Combine(Path.GetTempPath(), "unet32.onnx");
        Peer.Run("/usr/bin/python3", "bench/peers/export_onnx.py", "32", onnx);
        var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL, IntraOpNumThreads = 2 };
        using var session = new InferenceSession(onnx, options);
        using var _ = inference_mode();
        foreach ((int count, int side) in new[] { (1, 256), (1, 512), (1, 1024), (1, 2048) })
        {
            float[] values = [.. Enumerable.Range(0, count * side * side).Select(i => i % 97 / 97f)];
            var runs = new List<(string Name, Action Run)>();
            foreach ((string name, ScalarType? type) in new (string, ScalarType?)[] { ("packed fp32", ScalarType.Float32) })
            {
                Network network = NetworkCatalog.Create(new ModelOptions { Features = Features, Scale = 1 });
                foreach (var p in network.parameters()) { p.requires_grad_(false); }
                if (type is { } t) { network.Pack(t); }
                runs.Add((name, () =>
                {
                    using var scope = NewDisposeScope();
                    Tensor x = tensor(values, [count, side, side, 1]).permute(0, 3, 1, 2);
                    if (type is { } t) { x = x.to(t); }
                    network.call(x);
                }));
            }
            if (side <= 512)
            {
            runs.Add(("onnxruntime", () =>
            {
                using var input = OrtValue.CreateTensorValueFromMemory(values, [count, 1, side, side]);
                using var results = session.Run(new RunOptions(), ["x"], [input], ["y"]);
            }));
            }
            var times = runs.ToDictionary(run => run.Name, _ => new List<double>());
            for (int round = 0; round < 6; round++)
            {
                foreach ((string name, Action run) in runs)
                {
                    long started = Stopwatch.GetTimestamp();
                    run();
                    if (round > 0) { times[name].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds); }
                }
            }
            foreach ((string name, List<double> ms) in times)
            {
                Console.WriteLine(FormattableString.Invariant($"{count}x{side}x{side} {name}: {Peer.Median(ms):F0} ms, {count * side * side / Peer.Median(ms) / 1e3:F2} MPix/s, min {ms.Min():F0}"));
            }
        }
    }
}
