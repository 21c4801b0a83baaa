using SrBatch.Core.Manifests;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Native;
using SrBatch.Torch.Networks;
using SrBatch.Torch.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Training;

/// <summary>
/// Gradients in single precision against those in double, which libtorch computes by other code: oneDNN has kernels that are wrong on some machines
/// (docs/adr/0022), and a training with wrong gradients still learns something.
/// </summary>
public class GradientTests
{
    /// <summary>In Euclidean norm. Most agree to 1e-6; where an activation lies at the kink of a LeakyReLU, its slope is the other one's: up to 0.002.</summary>
    private const double Tolerance = 0.01;

    [Theory]
    [InlineData("unet", 4, 1)]
    [InlineData("unet", 8, 2)]
    [InlineData("unet", 16, 1)]
    [InlineData("unet", 24, 4)]
    [InlineData("rcan", 16, 2)]
    [InlineData("rcan", 24, 1)]
    [InlineData("dfcan", 16, 1)]
    [InlineData("dfcan", 24, 2)]
    public void Generator_WithAllLosses_HasDoublesGradients(string name, int features, int scale)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        Tensor input = rand([2, 1, 32, 32], generator: generator), target = rand([2, 1, 32 * scale, 32 * scale], generator: generator);
        manual_seed(7);
        using Network network = NetworkCatalog.Create(new ModelOptions { Network = name, Features = features, Scale = scale });
        using var discriminator = new Discriminator();
        Tensor single, fine;
        using (new FlatParameters(network))
        using (new FlatParameters(discriminator))
        {
            single = Gradient(network, discriminator, input, target);
        }
        network.to(float64);
        discriminator.to(float64);
        fine = Gradient(network, discriminator, input.to(float64), target.to(float64));
        double error = (single.to(float64) - fine).norm().ToDouble() / fine.norm().ToDouble();
        Assert.True(error < Tolerance, $"the gradient is off by {error:G3} of its length");
    }

    [Theory]
    [InlineData("unet", 16, 1)]
    [InlineData("unet", 32, 2)]
    [InlineData("rcan", 16, 4)]
    [InlineData("dfcan", 32, 1)]
    public void Generator_InBf16_HasNearlyTheGradientsOfFp32_AndGivesFloat32(string name, int features, int scale)
    {
        using var trainer = new Trainer(new ModelOptions { Network = name, Features = features, Scale = scale }, new TrainingOptions { Seed = 3 }, ComputeDevice.Cpu);
        double error = trainer.RoundingError();
        // More than float32's rounding, or nothing was computed in bf16; less than what TrainingPrecision refuses.
        Assert.InRange(error, 1e-3, 0.05);
        Assert.Equal(Precision.Fp32, trainer.Precision);
        trainer.Precision = Precision.Bf16;
        using Tensor made = trainer.Generator.call(zeros(1, 1, 32, 32));
        Assert.Equal(ScalarType.Float32, made.dtype);
    }

    [Fact]
    public void Choose_WithoutUnitsForBf16_AutoIsFp32_AndAskedIsDone()
    {
        using var trainer = new Trainer(new ModelOptions { Features = 16 }, new TrainingOptions(), ComputeDevice.Cpu);
        Assert.Equal(new TrainingPrecision(Precision.Fp32, "asked for"), TrainingPrecision.Choose("fp32", trainer));
        TrainingPrecision asked = TrainingPrecision.Choose("bf16", trainer), auto = TrainingPrecision.Choose("auto", trainer);
        Assert.Equal("bf16", asked.Name);
        Assert.Matches("^asked for; its gradient is within [0-9.]+ % of that in fp32$", asked.Reason);
        Assert.Equal(TrainingPrecision.HasUnits(trainer) ? "bf16" : "fp32", auto.Name);
        Assert.Matches("^AMX; its gradient|^there are no units for bf16 here ", auto.Reason);
    }

    /// <summary>Of the generator's weights and then of the discriminator's.</summary>
    private static Tensor Gradient(Network network, Discriminator discriminator, Tensor input, Tensor target)
    {
        Parameter[] weights = [.. network.parameters(), .. discriminator.parameters()];
        foreach (Parameter weight in weights)
        {
            weight.grad?.zero_();
        }
        Tensor made = network.call(input);
        Tensor loss = Losses.Pixel(PixelLoss.L1, made, target).Plus(Losses.Ssim(made, target).neg()).Plus(Losses.Adversarial(discriminator.call(made)));
        loss.backward();
        return cat([.. weights.Select(weight => weight.grad!.reshape(-1).clone())], 0);
    }
}
