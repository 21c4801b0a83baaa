using SrBatch.Core.Randomness;
using SrBatch.Core.Training;

namespace SrBatch.Tests.Core.Training;

public class StructureCounterTests
{
    private const int Side = 8;

    /// <summary>The weights from their definition, pixel by pixel, against how often each place is drawn.</summary>
    [Theory]
    [InlineData(1, 1024)]
    [InlineData(2, 1024)]
    [InlineData(1, 6)]
    [InlineData(1, 1)]
    public void Map_TinyPlane_DrawsEachPlaceAsItsCellWeighs(int scale, int mostCells)
    {
        const int Height = 19, Width = 14, Draws = 200_000;
        float[] target = Noise(Height * scale, Width * scale, seed: 5, (y, x) => y > x * 1.5 ? 20 * MathF.Sin(x / (2f * scale)) : 0);
        target[(3 * Width * scale) + 4] = float.NaN;
        StructureMap map = Assert.Single(StructureCounter.Maps([Count(target, Height, Width, scale, mostCells)]));

        double[,] expected = Places(target, Height, Width, scale, mostCells);
        int[,] found = new int[Height - Side + 1, Width - Side + 1];
        var random = new SampleRandom(1, 1);
        for (int i = 0; i < Draws; i++)
        {
            (long row, long column) = map.Draw(ref random);
            found[row, column]++;
        }
        for (int row = 0; row < found.GetLength(0); row++)
        {
            for (int column = 0; column < found.GetLength(1); column++)
            {
                // 5 standard deviations of a binomial count; the draws are fixed, so this passes always or never.
                double mean = expected[row, column] * Draws;
                Assert.InRange(found[row, column], mean - (5 * Math.Sqrt(mean)), mean + (5 * Math.Sqrt(mean)));
            }
        }
        Assert.Equal(1, map.Share, 1e-6);
    }

    /// <summary>Every height and width that leaves 1 to 10 places: none is out of bounds, none is never drawn, and without structure all are alike.</summary>
    [Fact]
    public void Map_ConstantPlanes_ForAllSmallSizes_DrawAllPlacesAlike()
    {
        var random = new SampleRandom(2, 1);
        for (int rows = 1; rows <= 10; rows++)
        {
            for (int columns = 1; columns <= 10; columns++)
            {
                (int height, int width) = (Side + rows - 1, Side + columns - 1);
                StructureMap map = StructureCounter.Maps([Count(new float[height * width], height, width, 1, mostCells: 4)])[0];
                int[] counts = new int[rows * columns];
                for (int i = 0; i < 200 * counts.Length; i++)
                {
                    (long row, long column) = map.Draw(ref random);
                    counts[(row * columns) + column]++;
                }
                Assert.All(counts, count => Assert.InRange(count, 130, 270));
            }
        }
    }

    [Fact]
    public void Maps_PlanesOfOneChannel_ShareDrawsByStructure_NotByNoiseOrHotPixels()
    {
        const int Length = 64;
        float[] noise = Noise(Length, Length, seed: 1, (_, _) => 1000);
        float[] hot = new float[Length * Length];
        for (int i = 37; i < hot.Length; i += 211)
        {
            hot[i] = 60_000;
        }
        float[] structure = Noise(Length, Length, seed: 2, (y, x) => 1000 + (10 * MathF.Sin(x / 3f) * MathF.Sin(y / 3f)));
        double[] shares = [.. StructureCounter.Maps([.. new[] { noise, hot, structure, new float[Length * Length] }.Select(plane => Count(plane, Length, Length, 1, 1024))]).Select(map => map.Share)];
        Assert.Equal(4, shares.Sum(), 1e-6);
        // The noise has as much variance as a fifth of the structure.
        Assert.True(shares[2] > 10 * shares[0], string.Join(' ', shares));
        Assert.True(shares[2] > 10 * shares[1], string.Join(' ', shares));
        // The floor: a hundredth of the mean, over 1.01.
        Assert.Equal(0.01 / 1.01, shares[3], 1e-6);
    }

    private static StructureCounter Count(float[] target, int height, int width, int scale, int mostCells)
    {
        var counter = new StructureCounter(height, width, Side, scale, mostCells);
        foreach (float[] row in target.Chunk(width * scale))
        {
            counter.Add(row);
        }
        return counter;
    }

    /// <returns>The probability of each place.</returns>
    private static double[,] Places(float[] target, int height, int width, int scale, int mostCells)
    {
        (int rows, int columns) = (height - Side + 1, width - Side + 1);
        // Cells of half a patch: 3 down and 2 across for 12 x 7 places; one when no more is allowed.
        (int down, int across) = mostCells == 1 ? (1, 1) : (3, 2);
        Assert.Equal((12, 7), (rows, columns));
        var weights = new double[down, across];
        for (int r = 0; r < down; r++)
        {
            for (int c = 0; c < across; c++)
            {
                weights[r, c] = Density(target, width * scale, Window(r, down, rows), Window(c, across, columns), scale);
            }
        }
        var places = new double[rows, columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                int r = Enumerable.Range(0, down).Last(cell => cell * rows / down <= row), c = Enumerable.Range(0, across).Last(cell => cell * columns / across <= column);
                places[row, column] = weights[r, c];
            }
        }
        double mean = places.Cast<double>().Average();
        for (int i = 0; i < places.Length; i++)
        {
            ref double place = ref places[i / columns, i % columns];
            place = (place + (0.01 * mean)) / (1.01 * mean * places.Length);
        }
        return places;
    }

    private static (int From, int To) Window(int cell, int cells, int places)
    {
        int start = cell * places / cells, end = (cell + 1) * places / cells, margin = Math.Min((end - start) / 2, Side / 4);
        return (start + margin, end - 1 + Side - margin);
    }

    private static double Density(float[] target, int width, (int From, int To) rows, (int From, int To) columns, int scale)
    {
        var pairs = new List<(double Left, double Right)>();
        for (int y = rows.From * scale; y < rows.To * scale; y++)
        {
            for (int x = columns.From * scale; x < (columns.To * scale) - 1; x++)
            {
                (double Left, double Right) pair = (target[(y * width) + x], target[(y * width) + x + 1]);
                if (double.IsFinite(pair.Left + pair.Right))
                {
                    pairs.Add(pair);
                }
            }
        }
        (double left, double right) = (pairs.Average(pair => pair.Left), pairs.Average(pair => pair.Right));
        return Math.Sqrt(Math.Max(0, pairs.Average(pair => (pair.Left - left) * (pair.Right - right))));
    }

    private static float[] Noise(int height, int width, ulong seed, Func<int, int, float> mean)
    {
        var random = new SampleRandom(seed, 0);
        float[] values = new float[height * width];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = mean(i / width, i % width) + (float)random.NextGaussian();
        }
        return values;
    }
}
