using System.Diagnostics;
using System.Globalization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Training;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Native;
using SrBatch.Torch.Training;

namespace SrBatch.Bench;

/// <summary>Milliseconds of a training step (forward, backward, Adam, average) beside PyTorch's on the same network and batch: medians of 3 interleaved rounds of 20 steps.</summary>
internal static class TrainBenchmark
{
    private const int Rounds = 3, Steps = 20, Threads = 2;

    public static void Run()
    {
        TorchRuntime.Start(null, Threads);
        foreach ((int features, int batch, int patch) in new[] { (16, 12, 64), (32, 12, 64), (16, 6, 128) })
        {
            var ours = new List<double>();
            var theirs = new List<double>();
            for (int round = 0; round < Rounds; round++)
            {
                ours.Add(Ours(features, batch, patch));
                string output = Peer.Run("/usr/bin/python3", "bench/peers/train_step.py", Text(features), Text(batch), Text(patch), Text(Steps), Text(Threads)).Output;
                theirs.Add(double.Parse(output, CultureInfo.InvariantCulture));
            }
            Console.WriteLine(FormattableString.Invariant($"train: {features} features, {batch} x {patch} x {patch}, mse: srbatch {Peer.Median(ours):F0} ms, PyTorch channels_last {Peer.Median(theirs):F0} ms a step, ratio {Peer.Median(theirs) / Peer.Median(ours):F2}"));
        }
    }

    private static double Ours(int features, int batch, int patch)
    {
        using var trainer = new Trainer(new ModelOptions { Features = features }, new TrainingOptions { Batch = batch, Patch = patch, Loss = LossKind.Mse }, ComputeDevice.Find("cpu"));
        float[] values = [.. Enumerable.Range(0, batch * patch * patch).Select(i => i % 97 / 97f)];
        var patches = new PatchBatch(batch, patch, patch, values, values);
        trainer.Step(1, patches);
        trainer.Step(2, patches);
        long started = Stopwatch.GetTimestamp();
        for (int step = 3; step < Steps + 3; step++)
        {
            trainer.Step(step, patches);
        }
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / Steps;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
