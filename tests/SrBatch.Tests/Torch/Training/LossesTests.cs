using SrBatch.Core.Manifests;
using SrBatch.Torch.Native;
using SrBatch.Torch.Training;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Training;

public class LossesTests
{
    /// <summary>float32 of values near 1.</summary>
    private const double Tolerance = 1e-6;

    [Fact]
    public void Discriminator_IsTheMeanCrossEntropyOfBothHalves()
    {
        using var scope = NewDisposeScope();
        // real: -ln s(0) = ln 2, -ln s(2) = ln(1 + e^-2); fake: -ln(1 - s(0)) = ln 2, -ln(1 - s(-1)) = ln(1 + e^-1)
        double real = (Math.Log(2) + Math.Log(1 + Math.Exp(-2))) / 2, fake = (Math.Log(2) + Math.Log(1 + Math.Exp(-1))) / 2;
        Assert.Equal((real + fake) / 2, Losses.Discriminator(Column(0, 2), Column(0, -1)).Value(), Tolerance);
    }

    [Fact]
    public void Adversarial_IsTheCrossEntropyOfCallingGeneratedReal()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(Math.Log(1 + Math.Exp(3)), Losses.Adversarial(Column(-3)).Value(), Tolerance);
    }

    [Theory]
    [InlineData(-200, 200)]
    [InlineData(200, 0)]
    public void Adversarial_LargeLogits_DoNotOverflow(float logit, float expected)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected, Losses.Adversarial(Column(logit)).Value(), Tolerance);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 0.693147)]
    [InlineData(-0.5, 1.386294)]
    public void Structure_IsTheLogarithmOfHalfOf1PlusSsim(double ssim, double expected)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected, Losses.Structure(ssim), Tolerance);
    }

    [Theory]
    [InlineData(PixelLoss.L1, 1.5)] // (1 + 2 + 0 + 3) / 4
    [InlineData(PixelLoss.Mse, 3.5)] // (1 + 4 + 0 + 9) / 4
    public void Pixel_IsTheMeanOverPixels(PixelLoss kind, double expected)
    {
        using var scope = NewDisposeScope();
        Tensor prediction = tensor([1f, 2, 3, 4], [1, 1, 2, 2]), target = tensor([0f, 4, 3, 7], [1, 1, 2, 2]);
        Assert.Equal(expected, Losses.Pixel(kind, prediction, target).Value(), Tolerance);
    }

    private static Tensor Column(params float[] logits) => tensor(logits, [logits.Length, 1]);
}
