using System.Numerics;

namespace SrBatch.Core.Quality;

/// <summary>
/// How much of an image's power lies at each spatial frequency, all directions averaged: the mean squared modulus of the Fourier transform
/// of a Hann-windowed square.
/// </summary>
public static class RadialSpectrum
{
    /// <summary>Largest side of the square that is transformed, pixels.</summary>
    public const int MostSide = 256;

    /// <returns>Side of the square at the centre of a plane that is transformed: a power of two; 0 below 16 pixels.</returns>
    public static int SideOf(int height, int width)
    {
        int side = Math.Min(MostSide, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(height, width) + 1) / 2);
        return side < 16 ? 0 : side;
    }

    /// <summary>Of the square at the centre of a plane, its mean taken away.</summary>
    /// <param name="values">height x width values, row by row; what is not finite counts as 0.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="side">Of the square: a power of two, at most either length.</param>
    /// <param name="pixel">Size of a pixel, any unit of length.</param>
    /// <returns>
    /// Power density (intensity^2 x length^2) at frequencies 1 / (side x pixel), 2 / (side x pixel) ... up to Nyquist's 1 / (2 pixel): side
    /// / 2 values. It does not depend on how finely the image is sampled.
    /// </returns>
    public static double[] Of(ReadOnlySpan<float> values, int height, int width, int side, double pixel)
    {
        int top = (height - side) / 2, left = (width - side) / 2;
        var square = new Complex[side * side];
        double mean = 0, weights = 0;
        for (int i = 0; i < square.Length; i++)
        {
            float value = values[((top + (i / side)) * width) + left + (i % side)];
            square[i] = float.IsFinite(value) ? value : 0;
            mean += square[i].Real / square.Length;
        }
        for (int i = 0; i < square.Length; i++)
        {
            double weight = Hann(i / side, side) * Hann(i % side, side);
            square[i] = (square[i] - mean) * weight;
            weights += weight * weight;
        }
        Transform(square, side);
        return RadialMean(square, side, pixel * pixel / weights);
    }

    private static double Hann(int at, int side) => 0.5 - (0.5 * Math.Cos(2 * Math.PI * at / side));

    private static double[] RadialMean(Complex[] spectrum, int side, double unit)
    {
        double[] sums = new double[side / 2];
        int[] counts = new int[side / 2];
        for (int i = 0; i < spectrum.Length; i++)
        {
            int row = i / side, column = i % side;
            double y = row < side / 2 ? row : row - side, x = column < side / 2 ? column : column - side;
            int radius = (int)Math.Round(Math.Sqrt((y * y) + (x * x)));
            if (radius >= 1 && radius <= side / 2)
            {
                double modulus = spectrum[i].Magnitude;
                sums[radius - 1] += modulus * modulus * unit;
                counts[radius - 1]++;
            }
        }
        return [.. sums.Zip(counts, (sum, count) => sum / count)];
    }

    private static void Transform(Complex[] square, int side)
    {
        var line = new Complex[side];
        for (int row = 0; row < side; row++)
        {
            Transform(square.AsSpan(row * side, side));
        }
        for (int column = 0; column < side; column++)
        {
            for (int row = 0; row < side; row++)
            {
                line[row] = square[(row * side) + column];
            }
            Transform(line);
            for (int row = 0; row < side; row++)
            {
                square[(row * side) + column] = line[row];
            }
        }
    }

    /// <summary>In place; Cooley and Tukey 1965, the length a power of two.</summary>
    private static void Transform(Span<Complex> line)
    {
        for (int i = 1, j = 0; i < line.Length; i++)
        {
            int bit = line.Length >> 1;
            for (; (j & bit) != 0; bit >>= 1)
            {
                j ^= bit;
            }
            j ^= bit;
            if (i < j)
            {
                (line[i], line[j]) = (line[j], line[i]);
            }
        }
        for (int length = 2; length <= line.Length; length *= 2)
        {
            Complex step = Complex.FromPolarCoordinates(1, -2 * Math.PI / length);
            for (int start = 0; start < line.Length; start += length)
            {
                Complex turn = 1;
                for (int i = start; i < start + (length / 2); i++, turn *= step)
                {
                    Complex odd = line[i + (length / 2)] * turn;
                    line[i + (length / 2)] = line[i] - odd;
                    line[i] += odd;
                }
            }
        }
    }
}
