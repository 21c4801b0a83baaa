using SrBatch.Torch.Baselines;

namespace SrBatch.Tests.Torch.Baselines;

public class BaselineCatalogTests
{
    /// <summary>Borders wider than the plane, a plane of one pixel, constant planes and negative ones.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 7, 2)]
    [InlineData(5, 1, 1)]
    [InlineData(3, 4, 4)]
    public void EveryBaseline_OnTinyPlanes_IsFinite(int height, int width, int scale)
    {
        float[][] planes =
        [
            [.. Enumerable.Range(0, height * width).Select(i => (float)(i % 3))],
            [.. Enumerable.Repeat(0f, height * width)],
            [.. Enumerable.Repeat(-2f, height * width)],
        ];
        foreach (float[] values in planes)
        {
            var plane = BaselinePlane.Upsampled(values, height, width, scale);
            Assert.All(BaselineCatalog.All, baseline =>
            {
                float[] result = baseline.Run(plane);
                Assert.Equal(height * width * scale * scale, result.Length);
                Assert.All(result, value => Assert.True(float.IsFinite(value), $"{baseline.Method} {baseline.Parameters} gives {value}"));
            });
        }
    }

    [Fact]
    public void EveryBaseline_LeavesItsInputAlone()
    {
        float[] values = [.. Enumerable.Range(0, 20 * 30).Select(i => MathF.Sin(i * 0.7f))], before = [.. values];
        var plane = BaselinePlane.Upsampled(values, 20, 30, 1);
        foreach (Baseline baseline in BaselineCatalog.All)
        {
            _ = baseline.Run(plane);
            Assert.Equal(before, values);
        }
    }

    [Fact]
    public void MethodAndParameters_NameABaseline()
    {
        Assert.Equal(
            BaselineCatalog.All.Count,
            BaselineCatalog.All.Select(baseline => (baseline.Method, baseline.Parameters)).Distinct().Count());
        Assert.Equal(
            ["bicubic", "gaussian", "richardson-lucy", "total variation", "non-local means"],
            BaselineCatalog.All.Select(baseline => baseline.Method).Distinct());
        Assert.Contains(BaselineCatalog.All, baseline => baseline is { Method: "richardson-lucy", Parameters: "sigma=2.5 iterations=2" });
    }

    /// <summary>Non-local means works on whole vectors: no pixel may depend on the plane's size modulo that of a vector.</summary>
    [Fact]
    public void NonLocalMeans_OfATransposedPlane_IsTransposed()
    {
        const int rows = 13, columns = 22;
        float[] plane = [.. Enumerable.Range(0, rows * columns).Select(i => (i * 7919 % 101) / 101f)];
        float[] turned = [.. Enumerable.Range(0, rows * columns).Select(i => plane[(i % rows * columns) + (i / rows)])];
        // The patch reaches one pixel back and two forward along both axes, so transposing only changes the order of sums.
        float[] one = NonLocalMeans.Denoise(plane, rows, columns, 0.5, 0.1);
        float[] other = NonLocalMeans.Denoise(turned, columns, rows, 0.5, 0.1);
        for (int i = 0; i < other.Length; i++)
        {
            Assert.Equal(one[(i % rows * columns) + (i / rows)], other[i], 1e-5f);
        }
    }
}
