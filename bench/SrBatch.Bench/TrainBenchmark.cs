using System.Diagnostics;
using System.Globalization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Training;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using SrBatch.Torch.Training;
using static TorchSharp.torch;

namespace SrBatch.Bench;

/// <summary>
/// Milliseconds of a training step (forward, backward, Adam, average) beside PyTorch's on the same network and batch, and beside the plainest loop that
/// TorchSharp allows on our own network: what the trainer adds to it. Medians of 9 interleaved rounds of 20 steps.
/// </summary>
internal static class TrainBenchmark
{
    private const int Rounds = 9, Steps = 20, Threads = 2;

    public static void Run()
    {
        TorchRuntime.Start(null, Threads);
        foreach ((int features, int batch, int patch) in new[] { (16, 12, 64), (32, 12, 64), (16, 6, 128) })
        {
            var ours = new List<double>();
            var bare = new List<double>();
            var theirs = new List<double>();
            for (int round = 0; round < Rounds; round++)
            {
                ours.Add(Ours(features, batch, patch));
                bare.Add(Bare(features, batch, patch));
                string output = Peer.Run("/usr/bin/python3", "bench/peers/train_step.py", Text(features), Text(batch), Text(patch), Text(Steps), Text(Threads)).Output;
                theirs.Add(double.Parse(output, CultureInfo.InvariantCulture));
            }
            Console.WriteLine(FormattableString.Invariant($"train: {features} features, {batch} x {patch} x {patch}, mse: srbatch {Peer.Median(ours):F1} ms, bare TorchSharp loop {Peer.Median(bare):F1} ms a step, overhead {100 * ((Peer.Median(ours) / Peer.Median(bare)) - 1):F1} %; PyTorch channels_last {Peer.Median(theirs):F1} ms, ratio {Peer.Median(theirs) / Peer.Median(ours):F2}"));
        }
    }

    private static double Ours(int features, int batch, int patch)
    {
        using var trainer = new Trainer(new ModelOptions { Features = features }, new TrainingOptions { Batch = batch, Patch = patch, Loss = LossKind.Mse }, ComputeDevice.Cpu);
        float[] values = Values(batch, patch);
        var patches = new PatchBatch(batch, patch, patch, values, values);
        return Time(step => trainer.Step(step, patches));
    }

    /// <summary>Forward, mean squared error, backward, TorchSharp's Adam, the loss read; channels-last input and kernels, as PyTorch users would write it.</summary>
    private static double Bare(int features, int batch, int patch)
    {
        using Network network = NetworkCatalog.Create(new ModelOptions { Features = features });
        foreach (TorchSharp.Modules.Parameter parameter in network.parameters().Where(parameter => parameter.shape.Length == 4))
        {
            using var noGradient = no_grad();
            using var scope = NewDisposeScope();
            parameter.set_(parameter.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));
        }
        using optim.Optimizer adam = optim.Adam(network.parameters(), 1e-3);
        float[] values = Values(batch, patch);
        return Time(_ =>
        {
            using var scope = NewDisposeScope();
            Tensor x_B1HW = tensor(values, [batch, patch, patch, 1]).permute(0, 3, 1, 2), y_B1HW = tensor(values, [batch, patch, patch, 1]).permute(0, 3, 1, 2);
            adam.zero_grad();
            Tensor loss = nn.functional.mse_loss(network.call(x_B1HW), y_B1HW);
            loss.backward();
            adam.step();
            loss.Value();
        });
    }

    private static float[] Values(int batch, int patch) => [.. Enumerable.Range(0, batch * patch * patch).Select(i => i % 97 / 97f)];

    private static double Time(Action<int> train)
    {
        train(1);
        train(2);
        long started = Stopwatch.GetTimestamp();
        for (int step = 3; step < Steps + 3; step++)
        {
            train(step);
        }
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / Steps;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
