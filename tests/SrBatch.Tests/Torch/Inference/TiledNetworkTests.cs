using SrBatch.Core.Intensities;
using SrBatch.Core.Manifests;
using SrBatch.Core.Randomness;
using SrBatch.Core.Tiling;
using SrBatch.Core.Training;
using SrBatch.Torch.Inference;
using SrBatch.Torch.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Inference;

/// <summary>With the exact halo, enhancing a plane in tiles gives the same as enhancing it in one piece.</summary>
public class TiledNetworkTests
{
    /// <summary>
    /// Relative to the output's range. For another image size, oneDNN may sum in another order, which changes float32's rounding in each
    /// of 30 layers.
    /// </summary>
    private const double Tolerance = 1e-5;

    // Windows are 304 pixels long, 240 for dfcan. Thin planes have many tiles at little cost.
    [Theory]
    [InlineData("unet", 1, 1, 1)] // one pixel
    [InlineData("unet", 1, 33, 57)] // smaller than a tile, odd
    [InlineData("unet", 1, 305, 337)] // one pixel more than a tile; tiles both ways
    [InlineData("unet", 1, 1, 801)] // one row, a leftover of one column
    [InlineData("unet", 1, 641, 3)]
    [InlineData("unet", 2, 1, 1)]
    [InlineData("unet", 2, 153, 161)]
    [InlineData("unet", 2, 3, 500)]
    [InlineData("unet", 2, 401, 1)]
    [InlineData("unet", 4, 1, 1)]
    [InlineData("unet", 4, 85, 93)]
    [InlineData("unet", 4, 2, 333)]
    [InlineData("unet", 4, 217, 1)]
    [InlineData("rcan", 1, 1, 1)]
    [InlineData("rcan", 1, 305, 337)]
    [InlineData("rcan", 1, 641, 3)]
    [InlineData("rcan", 2, 3, 500)]
    [InlineData("rcan", 4, 2, 333)]
    [InlineData("dfcan", 1, 1, 1)]
    [InlineData("dfcan", 1, 241, 257)]
    [InlineData("dfcan", 1, 641, 3)]
    [InlineData("dfcan", 2, 3, 500)]
    [InlineData("dfcan", 4, 2, 333)]
    public void Enhance_ExactHalo_EqualsTheWholePlane(string name, int scale, int height, int width)
    {
        using Network network = Make(name, scale);
        using var generator = new TrainedGenerator(network, CPU);
        int halo = TileSizes.RoundUp(network.ReceptiveField, network.Stride);
        var tiles = new TileSizes(network.Stride, network.Stride, halo, network.Stride);
        float[] plane = Noise(height, width);
        (float[] whole, int one) = Enhance(generator, plane, height, width, tiles with { KeepRows = 4096, KeepColumns = 4096 });
        (float[] tiled, int many) = Enhance(generator, plane, height, width, tiles);
        Assert.Equal(1, one);
        Assert.True(many > 1 || Math.Max(height, width) <= network.Stride, $"{many} windows");
        AssertClose(whole, tiled);
    }

    [Theory]
    [InlineData("unet", 96, 32)]
    [InlineData("rcan", 96, 32)]
    [InlineData("dfcan", 64, 0)] // its convolutions reach 15 pixels; the influence of its gates beyond is below the tolerance
    public void Enhance_HaloTooSmall_IsSeen(string name, int window, int halo)
    {
        // If this passed as well, the test above would prove nothing.
        using Network network = Make(name, 1);
        using var generator = new TrainedGenerator(network, CPU);
        float[] plane = Noise(1, 801);
        (float[] whole, _) = Enhance(generator, plane, 1, 801, new TileSizes(4096, 4096, 16, 16));
        (float[] tiled, _) = Enhance(generator, plane, 1, 801, new TileSizes(window - (2 * halo), window - (2 * halo), halo, 16));
        Assert.True(whole.Zip(tiled).Max(pair => Math.Abs(pair.First - pair.Second)) > 10 * Tolerance * (whole.Max() - whole.Min()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void InOrientation_IsARunOnTheTurnedWindow_TurnedBack(int scale)
    {
        const int side = 48;
        using Network network = Make("unet", scale);
        using var generator = new TrainedGenerator(network, CPU);
        float[] plane = Noise(side, side), turned = new float[plane.Length], upright = Run(generator.Run, plane, side, scale);
        for (int orientation = 0; orientation < TrainedGenerator.Orientations; orientation++)
        {
            SquarePatch.Orient(plane, turned, side, orientation);
            float[] enhanced = Run(generator.Run, turned, side, scale);
            // The inverse of an orientation that exchanges rows and columns has its flips exchanged.
            int inverse = (orientation & 4) == 0 ? orientation : 4 | ((orientation & 1) << 1) | ((orientation & 2) >> 1);
            float[] back = new float[enhanced.Length], found = Run(generator.InOrientation(orientation), plane, side, scale);
            SquarePatch.Orient(enhanced, back, side * scale, inverse);
            AssertClose(back, found);

            // The network has a preferred direction, as otherwise the test would prove nothing.
            float largest = found.Zip(upright).Max(pair => Math.Abs(pair.First - pair.Second));
            Assert.Equal(orientation != 0, largest > 0.01 * (upright.Max() - upright.Min()));
        }
    }

    [Fact]
    public void InOrientation_ExactHalo_EqualsTheWholePlane()
    {
        using Network network = Make("unet", 2);
        using var generator = new TrainedGenerator(network, CPU);
        var tiles = new TileSizes(16, 64, 144, 16);
        float[] plane = Noise(153, 351);
        RunNetwork turned = generator.InOrientation(5);
        (float[] whole, int one) = Enhance(generator, plane, 153, 351, tiles with { KeepRows = 4096, KeepColumns = 4096 }, turned);
        (float[] tiled, int many) = Enhance(generator, plane, 153, 351, tiles, turned);
        Assert.Equal(1, one);
        Assert.True(many > 1);
        AssertClose(whole, tiled);
    }

    /// <summary>The image does not depend on the available memory, as long as it suffices for the smallest window.</summary>
    [Theory]
    [InlineData(1, 48 * 96)]
    [InlineData(2, 48 * 64)]
    [InlineData(3, 48 * 48)]
    public void Enhance_OutOfMemory_IsDoneInSmallerWindowsWithTheSameResult(int batch, int most)
    {
        const int Reach = 8, Height = 100, Width = 205;
        using var network = new FilterNetwork(Reach, 0.5, Reach);
        using var generator = new TrainedGenerator(network, CPU);
        float[] plane = Noise(Height, Width), found = new float[plane.Length];
        int tries = 0, largest = 0;
        (float[] whole, _) = Enhance(generator, plane, Height, Width, new TileSizes(256, 256, 16, 16));
        TileSizes[] tilings = [new(256, 256, 16, 16), new(48, 64, 16, 16), new(16, 112, 16, 16)];
        foreach (TileSizes tiles in tilings)
        {
            var enhancer = new TiledEnhancer(Run, 1, batch);
            enhancer.Enhance(
                Height,
                Width,
                tiles,
                new IntensityRange(0, 1),
                Boxes.Of(plane, Width),
                (block, values) => block.CopyTo(values, found, Width, 1),
                TestContext.Current.CancellationToken);
            AssertClose(whole, found);
            Assert.InRange(largest, 1, most);
            Assert.True(enhancer.MostPixels >= most && enhancer.MostPixels < long.MaxValue);
        }
        // It does not try too large windows again and again.
        Assert.InRange(tries, 3, 30);

        void Run(ReadOnlySpan<float> windows, int count, int height, int width, Span<float> result)
        {
            if (count * height * width > most)
            {
                tries++;
                throw new LackOfMemory("CUDA out of memory. Tried to allocate 20.00 GiB");
            }
            largest = Math.Max(largest, count * height * width);
            generator.Run(windows, count, height, width, result);
        }
    }

    [Fact]
    public void Enhance_NoMemoryForTheSmallestWindow_Throws()
    {
        var enhancer = new TiledEnhancer((_, _, _, _, _) => throw new LackOfMemory("CUDA out of memory"), 1, 1);
        ReadBox read = Boxes.Of(Noise(64, 64), 64);
        Assert.Throws<LackOfMemory>(() => enhancer.Enhance(
            64, 64, new TileSizes(64, 64, 16, 16), new IntensityRange(0, 1), read, (_, _) => { }, TestContext.Current.CancellationToken));
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        double range = Math.Max(expected.Max() - expected.Min(), expected.Max(Math.Abs));
        Assert.InRange(expected.Zip(actual).Max(pair => Math.Abs(pair.First - pair.Second)), 0, Tolerance * range);
    }

    private static (float[] Output, int Windows) Enhance(
        TrainedGenerator generator,
        float[] plane,
        int height,
        int width,
        TileSizes tiles,
        RunNetwork? run = null)
    {
        int scale = generator.Scale;
        float[] output = new float[plane.Length * scale * scale];
        int windows = new TiledEnhancer(run ?? generator.Run, scale, 2).Enhance(
            height,
            width,
            tiles,
            new IntensityRange(0, 1),
            Boxes.Of(plane, width),
            (block, values) => block.CopyTo(values, output, width, scale));
        return (output, windows);
    }

    private static float[] Run(RunNetwork network, float[] plane, int side, int scale)
    {
        float[] result = new float[plane.Length * scale * scale];
        network(plane, 1, side, side, result);
        return result;
    }

    private static Network Make(string name, int scale)
    {
        // He's initialisation keeps the signal through all levels, so that far pixels count; with PyTorch's, their influence fades.
        manual_seed(11);
        Network network = NetworkCatalog.Create(new ModelOptions { Network = name, Scale = scale, Features = 4 });
        foreach ((string parameterName, Parameter parameter) in network.named_parameters())
        {
            bool isBias = parameterName.EndsWith("bias", StringComparison.Ordinal);
            _ = isBias ? nn.init.zeros_(parameter) : nn.init.kaiming_normal_(parameter, a: 0.1);
        }
        return network;
    }

    private static float[] Noise(int height, int width)
    {
        var random = new SampleRandom(2, (ulong)(height + (1000 * width)));
        float[] values = new float[height * width];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)random.NextDouble();
        }
        return values;
    }
}
