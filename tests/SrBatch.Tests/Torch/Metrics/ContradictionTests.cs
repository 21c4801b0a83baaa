using SrBatch.Torch.Filters;
using SrBatch.Torch.Metrics;

namespace SrBatch.Tests.Torch.Metrics;

public class ContradictionTests
{
    private const int Side = 128;

    /// <summary>Bright structure at the right, where light's noise is strongest and any error map of absolute differences has its maximum.</summary>
    private static readonly float[] High = [.. BandLimitedImage.Make(Side, Side, 0.5, 1).Select((value, i) => Math.Max(0, (value - 99) * (20 + (i % Side * 2))))];
    private static readonly float[] Seen = new GaussianFilter(2).Apply(High, Side, Side);
    private static readonly float[] Low = [.. BandLimitedImage.WithNoise([.. Seen.Select(_ => 0f)], 1, 2).Select((noise, i) => Seen[i] + (noise * MathF.Sqrt(Seen[i] + 5)))];

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Most_OfAPlantedLie_IsThere_AndOfItsKind(int sign)
    {
        Contradiction honest = Of(High);
        int lies = 0;
        foreach ((int y, int x) in ((int, int)[])[(30, 24), (64, 40), (90, 20), (100, 60)])
        {
            Contradiction most = Of(Lie(y, x, sign));
            lies += Math.Abs(most.Row - y) <= 6 && Math.Abs(most.Column - x) <= 6 && most.IsInvented == sign > 0 && most.Most > 1.5 * honest.Most ? 1 : 0;
        }
        Assert.Equal(4, lies);
    }

    [Fact]
    public void Map_HonestOutput_IsNoiseOfAboutOneEverywhere()
    {
        Contradiction honest = Of(High);
        Assert.Equal((honest.Height * honest.Width, 2), (honest.Map.Length, honest.Cell));
        Assert.InRange(Deviation(0, honest.Width / 2), 0.7, 1.4);
        Assert.InRange(Deviation(honest.Width / 2, honest.Width), 0.7, 1.4);
        Assert.Equal(honest.Map.Max(Math.Abs), honest.Most, 1e-6);

        double Deviation(int from, int to) => Math.Sqrt(honest.Map.Where((_, i) => i % honest.Width >= from && i % honest.Width < to).Average(value => (double)value * value));
    }

    [Fact]
    public void Most_OfAPerfectOutput_IsNothing()
    {
        Contradiction perfect = Squirrel.Of(High, High, Side, Side, 1).Contradiction()!;
        Assert.InRange(perfect.Most, 0, 0.1);
    }

    [Fact]
    public void Contradiction_OfTinyPlanes_IsNull() => Assert.Null(Squirrel.Of(High[..(12 * 12)], Low[..(12 * 12)], 12, 12, 1).Contradiction());

    private static Contradiction Of(float[] output) => Squirrel.Of(output, Low, Side, Side, 1).Contradiction()!;

    /// <summary>A disc of 12 pixels that is as bright as much else in the image, or as dark as its darkest.</summary>
    private static float[] Lie(int y, int x, int sign) =>
        [.. High.Select((value, i) => Math.Pow((i / Side) - y, 2) + Math.Pow((i % Side) - x, 2) <= 36 ? sign > 0 ? value + 120 : 0 : value)];
}
