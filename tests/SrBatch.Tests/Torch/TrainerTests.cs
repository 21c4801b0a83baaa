using SrBatch.Core.Manifests;
using SrBatch.Core.Randomness;
using SrBatch.Core.Training;
using SrBatch.Core.Weights;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Networks;
using SrBatch.Torch.Training;

namespace SrBatch.Tests.Torch;

public class TrainerTests
{
    private static readonly ComputeDevice Cpu = ComputeDevice.Cpu;

    [Theory]
    [InlineData(LossKind.Gan, "unet")]
    [InlineData(LossKind.Mse, "unet")]
    [InlineData(LossKind.L1, "unet")]
    [InlineData(LossKind.Gan, "rcan")]
    [InlineData(LossKind.Gan, "dfcan")]
    public void Trainer_RestoredAtStep3_ReachesTheSameWeightsBitForBit(LossKind loss, string network)
    {
        using Trainer whole = Make(loss, scale: 2, network: network);
        Run(whole, 1, 9, scale: 2);

        using Trainer first = Make(loss, scale: 2, network: network);
        Run(first, 1, 3, scale: 2);
        using Trainer second = Make(loss, scale: 2, seed: 99, network: network);
        second.Restore(first.Export(), "test");
        Run(second, 4, 9, scale: 2);

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
    [InlineData("unet", LossKind.Gan, 60)]
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

    [Fact]
    public void StartFrom_ModelOfAnotherScale_TakesAllButTheLastLayer_IntoBothNetworks()
    {
        using Trainer model = Make(LossKind.Gan, scale: 2), fresh = Make(LossKind.Gan, scale: 1, seed: 9), started = Make(LossKind.Gan, scale: 1, seed: 9);
        Run(model, 1, 2, scale: 2);
        CarriedWeights carried = started.StartFrom(model.ExportModel());
        Assert.Equal(["last.bias", "last.weight"], carried.Fresh.Order(StringComparer.Ordinal));
        Assert.Equal(52, carried.Arrays);
        Assert.Equal(started.ParameterCount, carried.Values);
        Assert.Equal((4 * 9) + 1, carried.Values - carried.CarriedValues);

        Dictionary<string, WeightArray> theirs = model.ExportModel().ToDictionary(array => array.Name), random = fresh.Export().ToDictionary(array => array.Name);
        foreach (WeightArray array in started.Export())
        {
            string name = array.Name[(array.Name.IndexOf('.', StringComparison.Ordinal) + 1)..];
            bool isCarried = array.Name.StartsWith("generator.", StringComparison.Ordinal) || array.Name.StartsWith("averaged.", StringComparison.Ordinal);
            WeightArray expected = isCarried && !carried.Fresh.Contains(name) ? theirs[name] : random[array.Name];
            Assert.True(expected.Values.Span.SequenceEqual(array.Values.Span), array.Name);
        }
    }

    [Fact]
    public void StartFrom_Checkpoint_TakesItsAverage()
    {
        using Trainer model = Make(LossKind.Gan, scale: 2), ofModel = Make(LossKind.Gan, scale: 2, seed: 9), ofCheckpoint = Make(LossKind.Gan, scale: 2, seed: 9);
        Run(model, 1, 2, scale: 2);
        Assert.Empty(ofModel.StartFrom(model.ExportModel()).Fresh);
        Assert.Empty(ofCheckpoint.StartFrom(model.Export()).Fresh);
        AssertEqual(ofModel.Export(), ofCheckpoint.Export());
        AssertEqual(model.ExportModel(), ofCheckpoint.ExportModel());
    }

    [Fact]
    public void Step_Gan_TheDiscriminatorJoinsAfterTheWarmUp_AndLearnsEveryThirdStep()
    {
        using Trainer trainer = Make(LossKind.Gan, scale: 1, options: options => options with { DiscriminatorStart = 2, DiscriminatorEvery = 3 });
        StepLosses[] losses = [.. Enumerable.Range(1, 8).Select(step => trainer.Step(step, Batch(step, 1)))];
        Assert.Equal([false, false, true, false, false, true, false, false], losses.Select(loss => loss.Discriminator is not null));
        Assert.Equal([false, false, true, true, true, true, true, true], losses.Select(loss => loss.Adversarial is not null));
        Assert.All(losses, loss => Assert.Equal(
            (loss.Adversarial ?? 0) + (100 * loss.Pixel) - Math.Log((1 + loss.Ssim!.Value) / 2), loss.Generator, 1e-5 * loss.Generator));
    }

    /// <summary>Seen: continued from 40 to 4,000 steps, a training was without its discriminator for hundreds of steps.</summary>
    [Fact]
    public void Step_Gan_ContinuedWithMoreSteps_TheDiscriminatorStays()
    {
        using Trainer trainer = Make(LossKind.Gan, scale: 1, options: options => options with { DiscriminatorStart = null, Steps = 4000 });
        trainer.Schedule = TrainingSchedule.Begin(LearningRateSchedule.OneCycle, 40).ContinuedTo(4000, done: 40);
        Assert.Null(trainer.Step(4, Batch(4, 1)).Adversarial);
        Assert.NotNull(trainer.Step(5, Batch(5, 1)).Adversarial);
        Assert.NotNull(trainer.Step(41, Batch(41, 1)).Adversarial);
    }

    [Fact]
    public void Step_Gan_TheDiscriminatorLearns()
    {
        using Trainer trainer = Make(LossKind.Gan, scale: 1, options: options => options with { DiscriminatorStart = 0, DiscriminatorEvery = 1, Schedule = LearningRateSchedule.Constant, LearningRate = 1e-9, DiscriminatorLearningRate = 1e-3 });
        double first = trainer.Step(1, Batch(1, 1)).Discriminator!.Value;
        for (int step = 2; step <= 30; step++)
        {
            trainer.Step(step, Batch(1, 1));
        }
        Assert.True(trainer.Step(31, Batch(1, 1)).Discriminator < first / 2);
    }

    [Theory]
    [InlineData(LossKind.Mse, null, 0.0)]
    [InlineData(LossKind.Mse, 0.5, 0.5)]
    [InlineData(LossKind.L1, 2.0, 2.0)]
    public void Step_StructureWeight_MixesSsimIntoAnyLoss(LossKind loss, double? nu, double weight)
    {
        using Trainer trainer = Make(loss, scale: 1, options: options => options with { Nu = nu, Lambda = 3 });
        StepLosses losses = trainer.Step(1, Batch(1, 1));
        Assert.Equal(weight > 0, losses.Ssim is not null);
        double structure = weight > 0 ? -weight * Math.Log((1 + losses.Ssim!.Value) / 2) : 0;
        Assert.Equal((3 * losses.Pixel) + structure, losses.Generator, 1e-5 * losses.Generator);
    }

    [Fact]
    public void Step_RateFactor0_ChangesNothing_AndClippingTinyGradientsHardlyAnything()
    {
        using Trainer still = Make(LossKind.Mse, scale: 1);
        IReadOnlyList<WeightArray> before = still.Export();
        still.Step(1, Batch(1, 1), rateFactor: 0);
        Assert.All(before.Zip(still.Export()).Where(pair => pair.First.Name.StartsWith("generator.", StringComparison.Ordinal)), pair => Assert.True(pair.First.Values.Span.SequenceEqual(pair.Second.Values.Span)));

        // Adam divides by the gradient's own size but for its epsilon of 1e-8: only a gradient clipped to far below that moves less.
        using Trainer clipped = Make(LossKind.Mse, scale: 1, options: options => options with { GradientClip = 1e-12 });
        using Trainer free = Make(LossKind.Mse, scale: 1);
        clipped.Step(1, Batch(1, 1));
        free.Step(1, Batch(1, 1));
        Assert.True(Moved(before, clipped.Export()) < 0.01 * Moved(before, free.Export()));

        static double Moved(IReadOnlyList<WeightArray> from, IReadOnlyList<WeightArray> to) => from.Zip(to).Where(pair => pair.First.Name.StartsWith("generator.", StringComparison.Ordinal))
            .Sum(pair => Enumerable.Range(0, pair.First.Values.Length).Sum(i => Math.Abs((double)pair.First.Values.Span[i] - pair.Second.Values.Span[i])));
    }

    internal static Trainer Make(LossKind loss, int scale, long seed = 1, int features = 4, string network = "unet", Func<TrainingOptions, TrainingOptions>? options = null) => new(
        new ModelOptions { Network = network, Scale = scale, Features = features },
        (options ?? (given => given))(new TrainingOptions { Steps = 300, Batch = 2, Patch = 32, Loss = loss, Seed = seed, DiscriminatorStart = 2 }),
        Cpu);

    internal static void Run(Trainer trainer, int from, int to, int scale)
    {
        for (int step = from; step <= to; step++)
        {
            trainer.Step(step, Batch(step, scale));
        }
    }

    internal static PatchBatch Batch(int step, int scale, int count = 2)
    {
        var random = new SampleRandom(5, (ulong)step);
        int side = 32 / scale;
        float[] inputs = new float[count * side * side], targets = new float[count * 32 * 32];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = (float)random.NextDouble();
        }
        for (int i = 0; i < targets.Length; i++)
        {
            int y = i / 32 % 32 / scale, x = i % 32 / scale, b = i / (32 * 32);
            targets[i] = 0.7f * inputs[(b * side * side) + (y * side) + x];
        }
        return new PatchBatch(count, side, 32, inputs, targets);
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
