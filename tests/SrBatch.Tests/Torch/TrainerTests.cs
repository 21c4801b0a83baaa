using SrBatch.Core.Manifests;
using SrBatch.Core.Models;
using SrBatch.Core.Randomness;
using SrBatch.Core.Training;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Training;

namespace SrBatch.Tests.Torch;

public class TrainerTests
{
    private static readonly ComputeDevice Cpu = ComputeDevice.Find("cpu");

    [Theory]
    [InlineData(LossKind.Gan, "unet")]
    [InlineData(LossKind.Mse, "unet")]
    [InlineData(LossKind.L1, "unet")]
    [InlineData(LossKind.Gan, "rcan")]
    [InlineData(LossKind.Gan, "dfcan")]
    public void Trainer_RestoredAtStep3_ReachesTheSameWeightsBitForBit(LossKind loss, string network)
    {
        using Trainer whole = Make(loss, scale: 2, network: network);
        Run(whole, 1, 6, scale: 2);

        using Trainer first = Make(loss, scale: 2, network: network);
        Run(first, 1, 3, scale: 2);
        using Trainer second = Make(loss, scale: 2, seed: 99, network: network);
        second.Restore(first.Export(), "test");
        Run(second, 4, 6, scale: 2);

        AssertEqual(whole.Export(), second.Export());
    }

    [Theory]
    [InlineData("unet")]
    [InlineData("rcan")]
    [InlineData("dfcan")]
    public void Trainer_20Steps_LowersTheLoss(string network)
    {
        using Trainer trainer = Make(LossKind.Mse, scale: 1, network: network);
        double first = trainer.Step(1, Batch(1, 1)).Generator;
        for (int step = 2; step <= 40; step++)
        {
            trainer.Step(step, Batch(1, 1));
        }
        Assert.True(trainer.Step(41, Batch(1, 1)).Generator < first / 2);
    }

    [Theory]
    [InlineData("unet", LossKind.Gan, 200)]
    [InlineData("rcan", LossKind.Mse, 20)]
    [InlineData("dfcan", LossKind.Mse, 20)]
    public void Trainer_ManySteps_LeaveNoLiveTensors(string network, LossKind loss, int steps)
    {
        using Trainer trainer = Make(loss, scale: 1, features: 4, network: network);
        for (int step = 1; step <= 20; step++)
        {
            trainer.Step(step, Batch(step, 1));
        }
        long before = LiveTensors();
        for (int step = 21; step <= 20 + steps; step++)
        {
            trainer.Step(step, Batch(step, 1));
        }
        Assert.Equal(before, LiveTensors());

        // Without those that earlier tests left to the garbage collector.
        static long LiveTensors()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return TorchSharp.torch.Tensor.TotalCount;
        }
    }

    [Fact]
    public void Trainer_NonFiniteInput_StopsWithAClearMessage()
    {
        using Trainer trainer = Make(LossKind.Mse, scale: 1);
        PatchBatch batch = Batch(1, 1);
        batch.Inputs[5] = float.NaN;
        var fault = Assert.Throws<SrBatch.Core.Errors.SrBatchException>(() => trainer.Step(7, batch));
        Assert.StartsWith("step 7: the loss is NaN", fault.Message, StringComparison.Ordinal);
    }

    internal static Trainer Make(LossKind loss, int scale, long seed = 1, int features = 4, string network = "unet") => new(
        new ModelOptions { Network = network, Scale = scale, Features = features },
        new TrainingOptions { Steps = 300, Batch = 2, Patch = 32, Loss = loss, Seed = seed },
        Cpu);

    internal static void Run(Trainer trainer, int from, int to, int scale)
    {
        for (int step = from; step <= to; step++)
        {
            trainer.Step(step, Batch(step, scale));
        }
    }

    internal static PatchBatch Batch(int step, int scale)
    {
        var random = new SampleRandom(5, (ulong)step);
        int side = 32 / scale;
        float[] inputs = new float[2 * side * side], targets = new float[2 * 32 * 32];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = (float)random.NextDouble();
        }
        for (int i = 0; i < targets.Length; i++)
        {
            int y = i / 32 % 32 / scale, x = i % 32 / scale, b = i / (32 * 32);
            targets[i] = 0.7f * inputs[(b * side * side) + (y * side) + x];
        }
        return new PatchBatch(2, side, 32, inputs, targets);
    }

    private static void AssertEqual(IReadOnlyList<WeightArray> expected, IReadOnlyList<WeightArray> actual)
    {
        Assert.Equal(expected.Select(array => array.Name), actual.Select(array => array.Name));
        foreach ((WeightArray e, WeightArray a) in expected.Zip(actual))
        {
            Assert.True(e.Values.Span.SequenceEqual(a.Values.Span), e.Name);
        }
    }
}
