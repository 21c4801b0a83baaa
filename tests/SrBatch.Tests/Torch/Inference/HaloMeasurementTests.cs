using SrBatch.Core.Models;
using SrBatch.Core.Randomness;
using SrBatch.Torch.Inference;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Inference;

public class HaloMeasurementTests
{
    [Theory]
    [InlineData(1, 1, 100, 16)] // a convolution of 3 x 3, the smallest
    [InlineData(16, 1, 100, 16)]
    [InlineData(17, 1, 100, 32)]
    [InlineData(40, 1, 100, 48)]
    [InlineData(40, 1, 40, 48)] // all of the receptive field: the exact halo
    public void Measure_NetworkOfKnownReach_FindsItInStrides(int reach, double weight, int claimed, int expected) =>
        Assert.Equal(new MeasuredHalo(expected, 0), Rounded(Measure(reach, weight, claimed, Noise(320))));

    [Fact]
    public void Measure_WhatReachesFarButHardlyCounts_IsLeftOut_AndTheErrorSaid()
    {
        // Means at a window's border lack the pixels beyond: an error of a few ten-thousandths of the image's mean of 0.5.
        MeasuredHalo halo = Measure(60, 0.001, 60, Noise(320))!;
        Assert.Equal(16, halo.Pixels);
        Assert.InRange(halo.Error, 1e-5, MeasuredHalo.MeasuredBound);
        // An influence a hundred times as strong counts.
        Assert.Equal(new MeasuredHalo(64, 0), Measure(60, 0.1, 60, Noise(320)));
    }

    [Fact]
    public void Measure_SeveralImages_TheWorstDecides()
    {
        float[] dark = new float[320 * 320];
        Assert.Equal(16, Measure(40, 1, 100, dark)!.Pixels);
        Assert.Equal(48, Measure(40, 1, 100, dark, Noise(320))!.Pixels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)] // a margin of 16 on each side of 32: no narrower halo to compare
    [InlineData(95)]
    public void Measure_ImagesTooSmall_IsNull(int side)
    {
        Assert.Null(Measure(1, 1, 100, Noise(side)));
        Assert.Equal(16, Measure(1, 1, 100, Noise(side), Noise(96))!.Pixels);
    }

    [Fact]
    public void Measure_NoImage_IsNull() => Assert.Null(Measure(1, 1, 100));

    /// <summary>A small image cannot test halos as wide as its margin, so only the exact halo is proven.</summary>
    [Fact]
    public void Measure_ImageWithAMarginBelowTheReach_IsTheExactHalo() =>
        Assert.Equal(new MeasuredHalo(112, 0), Measure(40, 1, 100, Noise(96)));

    [Fact]
    public void Side_HoldsTheExactHaloOnBothSidesOf128()
    {
        using var network = new FilterNetwork(1, 1, 100);
        using var generator = new TrainedGenerator(network, CPU);
        Assert.Equal(112 + 128 + 112, HaloMeasurement.Side(generator));
    }

    private static MeasuredHalo? Measure(int reach, double weight, int claimed, params float[][] images)
    {
        using var network = new FilterNetwork(reach, weight, claimed);
        using var generator = new TrainedGenerator(network, CPU);
        return HaloMeasurement.Measure(generator, images);
    }

    /// <summary>Rounds the error, as sums in another order differ in their last digits.</summary>
    private static MeasuredHalo? Rounded(MeasuredHalo? halo) => halo is null ? null : halo with { Error = Math.Round(halo.Error, 5) };

    private static float[] Noise(int side)
    {
        var random = new SampleRandom(3, (ulong)side);
        float[] values = new float[side * side];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)random.NextDouble();
        }
        return values;
    }
}
