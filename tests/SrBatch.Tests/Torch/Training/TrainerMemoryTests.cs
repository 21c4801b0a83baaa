using SrBatch.Core.Manifests;
using SrBatch.Core.Training;
using SrBatch.Torch.Training;

namespace SrBatch.Tests.Torch.Training;

public class TrainerMemoryTests
{
    /// <summary>However often memory does not suffice, and whatever was done by then, the step is that of the whole batch.</summary>
    /// <param name="loss">Which.</param>
    /// <param name="most">Patches that the generator has memory for.</param>
    /// <param name="failsAlso">The call of the generator, counted from 1, that fails beside those: the first ones of a try in pieces are without gradients, the discriminator learns after them, then come those with.</param>
    [Theory]
    [InlineData(LossKind.L1, 1, 0)]
    [InlineData(LossKind.Gan, 3, 0)]
    [InlineData(LossKind.Gan, 4, 2)]
    [InlineData(LossKind.Gan, 2, 6)]
    public void Step_OutOfMemory_IsDoneInPiecesWithTheSameResult(LossKind loss, int most, int failsAlso)
    {
        using Trainer whole = MakeOf4(), pieces = MakeOf4();
        int calls = 0;
        pieces.Generator.register_forward_pre_hook((_, x_B1HW) => ++calls == failsAlso || x_B1HW.shape[0] > most
            ? throw new LackOfMemory("CUDA out of memory. Tried to allocate 2.00 GiB")
            : x_B1HW);
        for (int step = 1; step <= 3; step++)
        {
            StepLosses expected = whole.Step(step, TrainerTests.Batch(step, 1, 4)), found = pieces.Step(step, TrainerTests.Batch(step, 1, 4));
            Assert.Equal(expected.Generator, found.Generator, 1e-4 * expected.Generator);
            Assert.Equal(expected.Discriminator ?? 0, found.Discriminator ?? 0, 1e-4);
        }
        Assert.InRange(pieces.Pieces, 4 / most, 4);
        float farthest = whole.Export().Zip(pieces.Export()).Where(pair => pair.First.Name.StartsWith("generator.", StringComparison.Ordinal) || pair.First.Name.StartsWith("discriminator.", StringComparison.Ordinal))
            .Max(pair => pair.First.Values.ToArray().Zip(pair.Second.Values.ToArray(), (a, b) => Math.Abs(a - b)).Max());
        // A step moves a weight by some 1e-4.
        Assert.InRange(farthest, 0, 2e-5f);

        Trainer MakeOf4() => TrainerTests.Make(loss, scale: 1, options: options => options with { DiscriminatorStart = 0, DiscriminatorEvery = 1 });
    }

    [Fact]
    public void Step_NoMemoryForASinglePatch_Throws()
    {
        using Trainer trainer = TrainerTests.Make(LossKind.Mse, scale: 1);
        trainer.Generator.register_forward_pre_hook((_, _) => throw new LackOfMemory("DefaultCPUAllocator: can't allocate memory: you tried to allocate 64 bytes."));
        Assert.Throws<LackOfMemory>(() => trainer.Step(1, TrainerTests.Batch(1, 1)));
        Assert.Equal(2, trainer.Pieces);
    }
}
