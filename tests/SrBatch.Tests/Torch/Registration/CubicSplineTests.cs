using System.Globalization;
using SrBatch.Tests.Storage;
using SrBatch.Torch.Registration;

namespace SrBatch.Tests.Torch.Registration;

public class CubicSplineTests
{
    [Fact]
    public void At_EqualsScipy_InsideAndBeyondTheBorder()
    {
        float[] values = [.. Enumerable.Range(0, 7 * 9).Select(i => (float)((i * 37 % 101) - 40))];
        (double Y, double X)[] places = [(0, 0), (3, 4), (2.3, 5.7), (0.2, 7.9), (5.9, 0.1), (-0.5, 3.25), (6.5, 8.5), (6.4, -0.4)];
        string expected = ChildProcess.Python(
            """
            import numpy, sys
            from scipy import ndimage
            values = (numpy.arange(63) * 37 % 101 - 40.0).reshape(7, 9)
            places = numpy.array([list(map(float, a.split())) for a in sys.argv[1:]]).T
            print(*ndimage.map_coordinates(values, places, order=3, mode="mirror"))
            """,
            [.. places.Select(place => string.Create(CultureInfo.InvariantCulture, $" {place.Y} {place.X}"))]);
        var spline = new CubicSpline(values, 7, 9);
        double[] wanted = [.. expected.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        // Tolerance: single precision of values up to 60.
        Assert.All(places.Zip(wanted), pair => Assert.Equal(pair.Second, spline.At(pair.First.Y, pair.First.X), 1e-3));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(5, 1)]
    [InlineData(2, 2)]
    public void At_ThinPlanes_PassesThroughThePixels(int height, int width)
    {
        float[] values = [.. Enumerable.Range(0, height * width).Select(i => (float)(i * i))];
        var spline = new CubicSpline(values, height, width);
        Assert.All(Enumerable.Range(0, values.Length), i => Assert.Equal(values[i], spline.At(i / width, i % width), 1e-4));
    }

    [Fact]
    public void Enlarged_APlane_IsSampledAtTheCentresOfItsParts()
    {
        // A ramp along x stays a ramp, away from the mirrored ends.
        float[] ramp = [.. Enumerable.Range(0, 3 * 40).Select(i => (float)(i % 40))];
        float[] enlarged = new CubicSpline(ramp, 3, 40).Enlarged(2);
        Assert.All(Enumerable.Range(20, 40), x => Assert.Equal(((x + 0.5) / 2) - 0.5, enlarged[(2 * 80) + x], 1e-4));
    }
}
