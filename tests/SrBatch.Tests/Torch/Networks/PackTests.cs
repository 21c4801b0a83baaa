using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Networks;

/// <summary>A packed network computes what the unpacked one does.</summary>
public class PackTests
{
    [Theory]
    [InlineData("unet", 1, 5e-6)]
    [InlineData("unet", 2, 5e-6)]
    [InlineData("unet", 4, 5e-6)]
    [InlineData("rcan", 1, 5e-6)]
    [InlineData("rcan", 2, 5e-6)]
    [InlineData("dfcan", 1, 5e-6)]
    [InlineData("dfcan", 2, 5e-6)]
    public void Pack_Fp32_IsTheUnpackedNetworkToRounding(string name, int scale, double tolerance)
    {
        (float[] plain, float[] packed) = RunBoth(name, scale, 8, Precision.Fp32);
        Assert.InRange(Largest(plain, packed), 0, tolerance * (plain.Max() - plain.Min()));
    }

    [Theory]
    [InlineData("unet", 1)]
    [InlineData("unet", 4)]
    [InlineData("rcan", 2)]
    [InlineData("dfcan", 1)]
    public void Pack_Bf16_IsCloseToTheUnpackedNetwork_AndNotTheSame(string name, int scale)
    {
        (float[] plain, float[] packed) = RunBoth(name, scale, 16, Precision.Bf16);
        double mean = Math.Sqrt(plain.Zip(packed, (a, b) => (double)(a - b) * (a - b)).Average());
        // 8 bits of mantissa through tens of layers with random weights: a few percent at most; trained networks below 0.3 %
        // (docs/results.md).
        Assert.InRange(mean, 1e-6 * (plain.Max() - plain.Min()), 0.03 * (plain.Max() - plain.Min()));
    }

    [Fact]
    public void Pack_WindowsOfChangingSizes_AllRight()
    {
        manual_seed(3);
        using Network network = NetworkCatalog.Create(new ModelOptions { Features = 4, Scale = 1 });
        using var generator = new TrainedGenerator(network, CPU);
        (int Height, int Width)[] sizes = [(64, 64), (32, 96), (64, 64), (16, 16), (96, 32)];
        float[][] plain = [.. sizes.Select(size => Run(generator, 1, size.Height, size.Width))];
        generator.Pack(Precision.Fp32);
        for (int i = 0; i < sizes.Length; i++)
        {
            float[] packed = Run(generator, 1, sizes[i].Height, sizes[i].Width);
            Assert.InRange(Largest(plain[i], packed), 0, 5e-6 * (plain[i].Max() - plain[i].Min()));
        }
    }

    [Theory]
    [InlineData("unet")]
    [InlineData("rcan")]
    [InlineData("dfcan")]
    public void Pack_NetworkIsMovedAfterwards_ComputesWithTheMovedWeights(string name)
    {
        manual_seed(3);
        using Network network = NetworkCatalog.Create(new ModelOptions { Network = name, Features = 4, Scale = 2 });
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor image = rand(1, 1, 32, 32);
        network.Pack(ScalarType.Float32);
        Tensor before = network.call(image);
        network.to(ScalarType.Float64);
        foreach (TorchSharp.Modules.Parameter parameter in network.parameters())
        {
            parameter.zero_(); // the old copies would still give the output from before
        }
        Tensor after = network.call(image);
        Assert.NotEqual(0, before.abs().max().item<float>());
        Assert.Equal(0, after.abs().max().to(ScalarType.Float64).item<double>());
    }

    [Fact]
    public void Apply_Asked_IsDone_AndAutoNamesItsReason()
    {
        manual_seed(3);
        using Network network = NetworkCatalog.Create(new ModelOptions { Features = 4, Scale = 1 });
        using var generator = new TrainedGenerator(network, CPU);
        try
        {
            PrecisionChoice asked = PrecisionChoice.Apply("bf16", generator, units: null);
            Assert.Equal("bf16", asked.Name);
            Assert.Matches("^asked for; [0-9.]+ dB PSNR to this model's output in fp32$", asked.Reason);
        }
        catch (SrBatchException refused)
        {
            // On a machine that computes bf16 wrongly.
            Assert.Equal(ExitCode.Unavailable, refused.ExitCode);
            Assert.Matches("on this machine: [0-9.]+ dB PSNR, where", refused.Message);
        }
        Assert.Equal("fp32", PrecisionChoice.Apply("fp32", generator, units: "AMX").Name);
        PrecisionChoice auto = PrecisionChoice.Apply("auto", generator, units: "AMX");
        Assert.Matches(
            auto.Precision == Precision.Fp32
                ? "^bf16 is faster on AMX, but its output differs too much: [0-9.]+ dB PSNR; at least 50 is required$"
                : "^AMX; [0-9.]+ dB PSNR to this model's output in fp32$",
            auto.Reason);
        Assert.Equal(
            (Precision.Fp32, "bf16 is faster on AMX, but costs 0.060 dB of validation PSNR; at most 0.05 is allowed"),
            PrecisionChoice.Apply("auto", generator, units: "AMX", costDb: 0.06) is var costly ? (costly.Precision, costly.Reason) : default);
        PrecisionChoice none = PrecisionChoice.Apply("auto", generator, units: null);
        Assert.Equal((Precision.Fp32, Bf16Units.None), (none.Precision, none.Reason));
    }

    private static (float[] Plain, float[] Packed) RunBoth(string name, int scale, int features, Precision precision)
    {
        manual_seed(7);
        using Network network = NetworkCatalog.Create(new ModelOptions { Network = name, Features = features, Scale = scale });
        using var generator = new TrainedGenerator(network, CPU);
        float[] plain = Run(generator, 2, 48, 64);
        generator.Pack(precision);
        return (plain, Run(generator, 2, 48, 64));
    }

    private static float[] Run(TrainedGenerator generator, int count, int height, int width)
    {
        var random = new Random(height + width);
        float[] windows = [.. Enumerable.Range(0, count * height * width).Select(_ => (float)random.NextDouble())];
        float[] output = new float[windows.Length * generator.Scale * generator.Scale];
        generator.Run(windows, count, height, width, output);
        return output;
    }

    private static double Largest(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}
