using SrBatch.Core.Manifests;
using SrBatch.Core.Training;
using SrBatch.Core.Weights;
using SrBatch.Torch.Training;

namespace SrBatch.Tests.Torch.Training;

/// <summary>Pixels that do not count, in steps of all losses.</summary>
public class MaskedStepTests
{
    [Theory]
    [InlineData(LossKind.L1)]
    [InlineData(LossKind.Gan)]
    public void Step_WhateverTheMaskedTargetsAre_LearnsTheSame(LossKind loss)
    {
        (StepLosses losses, IReadOnlyList<WeightArray> weights) = Step(loss, Masked(TrainerTests.Batch(1, 1), value: 0));
        (StepLosses other, IReadOnlyList<WeightArray> otherWeights) = Step(loss, Masked(TrainerTests.Batch(1, 1), value: 1000));
        // Their values still pass through the same windows and the discriminator, on both sides alike.
        Assert.Equal(losses.Pixel, other.Pixel, 1e-6);
        if (loss == LossKind.L1)
        {
            Assert.All(weights.Zip(otherWeights), pair => Assert.True(pair.First.Values.Span.SequenceEqual(pair.Second.Values.Span), pair.First.Name));
        }
        Assert.True(double.IsFinite(other.Generator));
    }

    [Theory]
    [InlineData(LossKind.L1)]
    [InlineData(LossKind.Gan)]
    public void Step_AllPixelsCount_IsTheStepWithoutAMask(LossKind loss)
    {
        PatchBatch batch = TrainerTests.Batch(1, 1);
        float[] ones = new float[batch.Targets.Length];
        Array.Fill(ones, 1);
        (StepLosses losses, IReadOnlyList<WeightArray> weights) = Step(loss, batch);
        (StepLosses masked, IReadOnlyList<WeightArray> maskedWeights) = Step(loss, batch with { Mask = ones });
        Assert.Equal(losses, masked);
        Assert.All(weights.Zip(maskedWeights), pair => Assert.True(pair.First.Values.Span.SequenceEqual(pair.Second.Values.Span), pair.First.Name));
    }

    /// <summary>The first patch is masked: what is left is the loss of the second alone.</summary>
    [Fact]
    public void Step_PixelLoss_IsTheMeanOverThePixelsThatCount()
    {
        PatchBatch batch = TrainerTests.Batch(1, 1);
        int inputs = batch.Inputs.Length / 2, targets = batch.Targets.Length / 2;
        float[] mask = new float[2 * targets];
        Array.Fill(mask, 1, targets, targets);
        var second = new PatchBatch(1, batch.InputSide, batch.TargetSide, batch.Inputs[inputs..], batch.Targets[targets..]);
        Assert.Equal(Step(LossKind.L1, second).Losses.Pixel, Step(LossKind.L1, batch with { Mask = mask }).Losses.Pixel, 1e-6);
    }

    [Fact]
    public void Step_NoPixelCounts_IsFinite()
    {
        PatchBatch batch = TrainerTests.Batch(1, 1);
        (StepLosses losses, IReadOnlyList<WeightArray> weights) = Step(LossKind.Gan, batch with { Mask = new float[batch.Targets.Length] });
        Assert.Equal(0, losses.Pixel);
        Assert.All(weights, array => Assert.True(Array.TrueForAll(array.Values.ToArray(), float.IsFinite), array.Name));
    }

    private static PatchBatch Masked(PatchBatch batch, float value)
    {
        float[] mask = new float[batch.Targets.Length];
        Array.Fill(mask, 1);
        for (int i = 100; i < 200; i++)
        {
            (mask[i], batch.Targets[i]) = (0, value);
        }
        return batch with { Mask = mask };
    }

    private static (StepLosses Losses, IReadOnlyList<WeightArray> Weights) Step(LossKind loss, PatchBatch batch)
    {
        using Trainer trainer = TrainerTests.Make(loss, scale: 1, options: options => options with { DiscriminatorStart = 0 });
        StepLosses losses = trainer.Step(1, batch);
        return (losses, trainer.Export());
    }
}
