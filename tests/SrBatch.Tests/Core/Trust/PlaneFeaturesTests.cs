using SrBatch.Core.Trust;

namespace SrBatch.Tests.Core.Trust;

public class PlaneFeaturesTests
{
    [Fact]
    public void Places_OfAnySize_LieWithinThePlaneAndReachItsBorders()
    {
        foreach (long height in (long[])[32, 33, 63, 64, 65, 127, 128, 500, 512, 2048, 100_000])
        {
            foreach (long width in (long[])[32, 64, 100, 128, 700, 4096, 1_000_000])
            {
                int side = PlaneFeatures.SideFor(height, width)!.Value;
                IReadOnlyList<(long Row, long Column)> places = PlaneFeatures.Places(height, width);
                Assert.InRange(places.Count, 1, PlaneFeatures.MostCrops);
                Assert.Equal(places.Count, places.Distinct().Count());
                Assert.All(places, place =>
                {
                    Assert.InRange(place.Row, 0, height - side);
                    Assert.InRange(place.Column, 0, width - side);
                });
                if (height >= 1.5 * side)
                {
                    Assert.Equal((0, height - side), (places.Min(place => place.Row), places.Max(place => place.Row)));
                }
                if (width >= 1.5 * side)
                {
                    Assert.Equal((0, width - side), (places.Min(place => place.Column), places.Max(place => place.Column)));
                }
            }
        }
        Assert.Equal(64, PlaneFeatures.Places(512, 512).Count);
        Assert.Equal(64, PlaneFeatures.Places(64, 1_000_000).Count);
        Assert.Equal([(0, 0), (0, 32), (32, 0), (32, 32)], PlaneFeatures.Places(96, 96));
    }

    [Fact]
    public void SideFor_SmallPlanes_TellsThatTheyTellTooLittle()
    {
        Assert.Null(PlaneFeatures.SideFor(31, 1000));
        Assert.Equal(32, PlaneFeatures.SideFor(1000, 32));
        Assert.Equal(64, PlaneFeatures.SideFor(65, 64));
    }

    [Fact]
    public void Measure_SaturatedPixels_AreCounted()
    {
        float[] crop = new float[64 * 64], other = new float[64 * 64];
        crop.AsSpan(0, 41).Fill(1);
        // 41 of 8192 pixels, counted from one in ten thousand.
        Assert.Equal(Math.Log10((41 / 8192.0) + 1e-4), PlaneFeatures.Measure([crop, other], 64).Features[^1], 1e-12);
    }
}
