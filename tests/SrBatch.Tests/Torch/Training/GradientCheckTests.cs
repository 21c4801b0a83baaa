using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Weights;
using SrBatch.Torch.Native;
using SrBatch.Torch.Training;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Training;

public class GradientCheckTests
{
    [Theory]
    [InlineData(LossKind.L1, 0)]
    [InlineData(LossKind.Gan, 0)]
    [InlineData(LossKind.L1, 1)]
    public void Step_GradientNotFinite_IsRefused_AndChangesNothing(LossKind loss, double clip)
    {
        using Trainer trainer = TrainerTests.Make(loss, scale: 1, options: options => options with { GradientClip = clip });
        trainer.Step(1, TrainerTests.Batch(1, 1));
        IReadOnlyList<WeightArray> before = trainer.Export();
        trainer.Generator.register_forward_hook((_, _, made) => SameWithoutGradient(made));
        var fault = Assert.Throws<SrBatchException>(() => trainer.Step(2, TrainerTests.Batch(2, 1)));
        Assert.Equal(
            (ExitCode.ImagesFailed, "step 2: the gradient of the generator has norm NaN; expected a finite number. Nothing of this step is saved; "
                + "checkpoints before it are kept. Lower training.learningRate, or train with --precision fp32 if it was bf16."),
            (fault.ExitCode, fault.Message));
        Assert.All(before.Zip(trainer.Export()), pair => Assert.True(pair.First.Values.Span.SequenceEqual(pair.Second.Values.Span), pair.First.Name));
    }

    [Fact]
    public void Step_DiscriminatorsGradientNotFinite_IsRefused_AndChangesNothing()
    {
        using Trainer trainer = TrainerTests.Make(LossKind.Gan, scale: 1, options: options => options with { DiscriminatorStart = 0 });
        IReadOnlyList<WeightArray> before = trainer.Export();
        ((nn.Module<Tensor, Tensor>)trainer.Discriminator!).register_forward_hook((_, _, judged) => SameWithoutGradient(judged));
        var fault = Assert.Throws<SrBatchException>(() => trainer.Step(1, TrainerTests.Batch(1, 1)));
        Assert.StartsWith("step 1: the gradient of the discriminator has norm NaN; expected a finite number. ", fault.Message, StringComparison.Ordinal);
        Assert.All(before.Zip(trainer.Export()), pair => Assert.True(pair.First.Values.Span.SequenceEqual(pair.Second.Values.Span), pair.First.Name));
    }

    /// <summary>The values stay, so that the loss is finite; the slope of a root at 0 is not.</summary>
    private static Tensor SameWithoutGradient(Tensor made) => made.Plus((made - made.detach()).abs().sqrt());
}
