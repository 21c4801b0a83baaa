using SrBatch.Core.Randomness;
using SrBatch.Torch.Registration;

namespace SrBatch.Tests.Torch.Registration;

public class CommonFieldTests
{
    [Fact]
    public void Largest_RandomMasks_IsAsLargeAsTheBestOfAllRectangles()
    {
        var random = new SampleRandom(1, 2);
        for (int example = 0; example < 200; example++)
        {
            int height = 1 + random.NextInt(6), width = 1 + random.NextInt(6);
            bool[] mask = new bool[height * width];
            for (int i = 0; i < mask.Length; i++)
            {
                mask[i] = random.NextDouble() < 0.7;
            }
            FieldRectangle found = CommonField.Largest(mask, height, width);
            Assert.True(found.Area == 0 || IsWhole(mask, width, found), $"{found}");
            Assert.Equal(Best(mask, height, width), found.Area);
        }
    }

    [Fact]
    public void Of_ShiftAtScale2_LeavesWholeInputPixels()
    {
        // Frame row r shows target row r + 3.2, and the target has 40 rows: r is at most 36.3, input rows 0 to 17.
        var geometry = new PairGeometry(20, 20, 40, 40, 2);
        Assert.Equal(new FieldRectangle(0, 1, 18, 19), Of(new AffineMap(1, 0, 3.2, 0, 1, -1)));
        Assert.Equal(new FieldRectangle(0, 0, 20, 20), Of(AffineMap.Identity));
        Assert.Equal(0, Of(new AffineMap(1, 0, 100, 0, 1, 0)).Area);

        FieldRectangle Of(AffineMap map) => CommonField.Of([new FrameMap(map)], geometry);
    }

    [Fact]
    public void Resample_WholePixels_AreThePixelsThemselves()
    {
        float[] target = [.. Enumerable.Range(0, 40 * 40).Select(i => (float)(i * 7919 % 1000))];
        var map = new FrameMap(new AffineMap(1, 0, 4, 0, 1, -2));
        var geometry = new PairGeometry(20, 20, 40, 40, 2);
        FieldRectangle field = CommonField.Of([map], geometry);
        Assert.Equal(new FieldRectangle(0, 1, 18, 19), field);
        float[] moved = CommonField.Resample(target, geometry, map, field);
        // Tolerance: single precision of sums of thousands.
        Assert.All(Enumerable.Range(0, moved.Length), i => Assert.Equal(target[(((i / 38) + 4) * 40) + (i % 38)], moved[i], 1e-2));
        (float[] y, float[] x) = CommonField.Displacement(geometry, map, field);
        Assert.All(y, value => Assert.Equal(4f, value, 1e-5f));
        Assert.All(x, value => Assert.Equal(-2f, value, 1e-5f));
    }

    private static bool IsWhole(bool[] mask, int width, FieldRectangle part) => Enumerable.Range(part.Y, part.Height)
        .All(row => Enumerable.Range(part.X, part.Width).All(column => mask[(row * width) + column]));

    private static long Best(bool[] mask, int height, int width)
    {
        long best = 0;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int rows = 1; rows <= height - y; rows++)
                {
                    for (int columns = 1; columns <= width - x; columns++)
                    {
                        var part = new FieldRectangle(y, x, rows, columns);
                        best = part.Area > best && IsWhole(mask, width, part) ? part.Area : best;
                    }
                }
            }
        }
        return best;
    }
}
