using SrBatch.Core.Randomness;
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

    /// <summary>What trainings saw before there was a choice: plane, row, column, orientation, in this order from one stream.</summary>
    [Fact]
    public void Draw_WithoutStructure_TakesNoNumberForTheChoice()
    {
        var sampler = new PatchSampler(7, Planes, Side, structure: 0);
        for (int step = 1; step <= 50; step++)
        {
            var random = new SampleRandom(7, (ulong)step);
            foreach (PatchDraw draw in sampler.Draw(step, 12))
            {
                int plane = random.NextInt(Planes.Length);
                Assert.Equal(new PatchDraw(plane, random.NextInt((int)Planes[plane].Height - Side + 1), random.NextInt((int)Planes[plane].Width - Side + 1), random.NextInt(8)), draw);
            }
        }
    }

    /// <summary>A spot of 32 x 32 pixels on two planes of noise, 1 in 128 of their area. Noise still weighs something, as its covariance is only 0 on average.</summary>
    [Theory]
    [InlineData(0, 0.95, 0.97)]
    [InlineData(0.5, 0.60, 0.67)]
    [InlineData(1, 0.28, 0.36)]
    public void Draw_SparseImage_LessBackgroundWithMoreStructure(double structure, double least, double most)
    {
        const int Length = 256, From = 96, To = 128;
        var random = new SampleRandom(3, 0);
        StructureCounter[] counters = [new(Length, Length, Side, 1, 1024), new(Length, Length, Side, 1, 1024)];
        for (int plane = 0; plane < 2; plane++)
        {
            for (int y = 0; y < Length; y++)
            {
                float[] row = new float[Length];
                for (int x = 0; x < Length; x++)
                {
                    bool isSpot = plane == 1 && y is >= From and < To && x is >= From and < To;
                    row[x] = (float)random.NextGaussian() + (isSpot ? 20 * MathF.Sin(x / 3f) : 0);
                }
                counters[plane].Add(row);
            }
        }
        IReadOnlyList<StructureMap> maps = StructureCounter.Maps(counters);
        var sampler = new PatchSampler(1, [.. maps.Select(map => new PatchPlane(Length, Length, map))], Side, structure);
        PatchDraw[] draws = [.. Enumerable.Range(1, 500).SelectMany(step => sampler.Draw(step, 12))];
        double background = draws.Count(draw => draw.Plane == 0 || draw.Row + Side <= From || draw.Row >= To || draw.Column + Side <= From || draw.Column >= To) / (double)draws.Length;
        Assert.InRange(background, least, most);
        Assert.All(draws, draw => Assert.True(draw.Row is >= 0 and <= Length - Side && draw.Column is >= 0 and <= Length - Side));
        Assert.Equal(sampler.Draw(9, 12), new PatchSampler(1, [.. maps.Select(map => new PatchPlane(Length, Length, map))], Side, structure).Draw(9, 12));
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
