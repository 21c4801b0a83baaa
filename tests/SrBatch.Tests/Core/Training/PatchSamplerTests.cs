using SrBatch.Core.Training;

namespace SrBatch.Tests.Core.Training;

public class PatchSamplerTests
{
    private const int Side = 32;
    private static readonly PatchPlane[] Planes = [new(40, 36), new(32, 32), new(64, 39)];

    [Fact]
    public void Draw_SameSeedAndStep_GivesTheSamePatches_InAnyOrderOfCalls()
    {
        var sampler = new PatchSampler(7, Planes, Side, structure: 0);
        IReadOnlyList<PatchDraw> third = sampler.Draw(3, 12), first = sampler.Draw(1, 12);
        Assert.Equal(third, new PatchSampler(7, Planes, Side, structure: 0).Draw(3, 12));
        Assert.NotEqual(third, first);
        Assert.NotEqual(third, new PatchSampler(8, Planes, Side, structure: 0).Draw(3, 12));
    }

    [Fact]
    public void Draw_PatchesLieInside_AndReachBothEnds()
    {
        var sampler = new PatchSampler(1, Planes, Side, structure: 0);
        PatchDraw[] draws = [.. Enumerable.Range(1, 1000).SelectMany(step => sampler.Draw(step, 12))];
        for (int plane = 0; plane < Planes.Length; plane++)
        {
            PatchDraw[] here = [.. draws.Where(draw => draw.Plane == plane)];
            Assert.Equal((0, Planes[plane].Height - Side), (here.Min(draw => draw.Row), here.Max(draw => draw.Row)));
            Assert.Equal((0, Planes[plane].Width - Side), (here.Min(draw => draw.Column), here.Max(draw => draw.Column)));
        }
    }

    [Fact]
    public void Draw_PlanesOrientationsAndRows_ComeEquallyOften()
    {
        var sampler = new PatchSampler(1, Planes, Side, structure: 0);
        PatchDraw[] draws = [.. Enumerable.Range(1, 2000).SelectMany(step => sampler.Draw(step, 12))];
        AssertUniform(draws.Select(draw => (long)draw.Plane), 3);
        AssertUniform(draws.Select(draw => (long)draw.Orientation), 8);
        AssertUniform(draws.Where(draw => draw.Plane == 0).Select(draw => draw.Row), 9);
        AssertUniform(draws.Where(draw => draw.Plane == 2).Select(draw => draw.Column), 8);
    }

    /// <summary>Every count within 5 standard deviations of the mean; the draws are fixed, so this passes always or never.</summary>
    private static void AssertUniform(IEnumerable<long> values, int kinds)
    {
        int[] counts = new int[kinds];
        foreach (long value in values)
        {
            counts[value]++;
        }
        double mean = (double)counts.Sum() / kinds;
        Assert.All(counts, count => Assert.InRange(count, mean - (5 * Math.Sqrt(mean)), mean + (5 * Math.Sqrt(mean))));
    }
}
