using SrBatch.Core.Intensities;
using SrBatch.Core.Progress;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>A gray image in memory.</summary>
/// <param name="Values">Height x width, row by row.</param>
internal sealed record FloatImage(int Height, int Width, float[] Values)
{
    /// <summary>Averages blocks of <paramref name="factor"/> x <paramref name="factor"/> pixels, which may be cut at the borders.</summary>
    public FloatImage Reduced(int factor)
    {
        if (factor == 1)
        {
            return this;
        }
        int height = (Height + factor - 1) / factor, width = (Width + factor - 1) / factor;
        float[] means = new float[height * width];
        for (int i = 0; i < means.Length; i++)
        {
            int top = i / width * factor, bottom = Math.Min(top + factor, Height);
            int left = i % width * factor, right = Math.Min(left + factor, Width);
            double sum = 0;
            for (int y = top; y < bottom; y++)
            {
                for (int x = left; x < right; x++)
                {
                    sum += Values[(y * Width) + x];
                }
            }
            means[i] = (float)(sum / ((bottom - top) * (right - left)));
        }
        return new FloatImage(height, width, means);
    }

    public FloatImage Cut(int top, int left, int height, int width)
    {
        float[] cut = new float[height * width];
        for (int y = 0; y < height; y++)
        {
            Values.AsSpan(((top + y) * Width) + left, width).CopyTo(cut.AsSpan(y * width));
        }
        return new FloatImage(height, width, cut);
    }

    public FloatImage Map(Func<float, double> map) => this with { Values = [.. Values.Select(value => (float)map(value))] };

    /// <summary>Fits a least-squares line from this image's values to those of an image of the same size, where both are finite.</summary>
    public LinearFit FitTo(FloatImage other)
    {
        var fit = new LinearFit();
        for (int i = 0; i < Values.Length; i++)
        {
            if (float.IsFinite(Values[i]) && float.IsFinite(other.Values[i]))
            {
                fit.Add(Values[i], other.Values[i]);
            }
        }
        return fit;
    }

    /// <param name="percentiles">0 to 100.</param>
    /// <returns>The percentiles of the finite values; empty when there are none.</returns>
    public IReadOnlyList<double> Percentiles(params double[] percentiles)
    {
        var counter = new PercentileCounter(percentiles);
        counter.FirstPass(Values);
        counter.SecondPass(Values);
        return counter.Values();
    }

    /// <summary>Maps <paramref name="low"/> to 0 and <paramref name="high"/> to 255; values that are not finite become 0.</summary>
    public GrayImage Gray(double low, double high)
    {
        byte[] pixels = new byte[Values.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            double share = (Values[i] - low) / (high - low);
            pixels[i] = double.IsFinite(share) ? (byte)Math.Round(255 * Math.Clamp(share, 0, 1)) : (byte)0;
        }
        return new GrayImage(Width, Height, pixels);
    }

    /// <summary>Finds the square with the greatest sum of values; the first one of equal squares.</summary>
    /// <param name="side">At most the image's height and width.</param>
    /// <param name="step">The row and the column of the square's corner are multiples of this.</param>
    public (int Top, int Left) Greatest(int side, int step)
    {
        double[] above = new double[(Height + 1) * (Width + 1)];
        for (int y = 0; y < Height; y++)
        {
            double row = 0;
            for (int x = 0; x < Width; x++)
            {
                float value = Values[(y * Width) + x];
                row += float.IsFinite(value) ? value : 0;
                above[((y + 1) * (Width + 1)) + x + 1] = above[(y * (Width + 1)) + x + 1] + row;
            }
        }
        (int Top, int Left) best = (0, 0);
        double most = double.NegativeInfinity;
        for (int top = 0; top + side <= Height; top += step)
        {
            for (int left = 0; left + side <= Width; left += step)
            {
                double sum = At(top + side, left + side) - At(top, left + side) - At(top + side, left) + At(top, left);
                if (sum > most)
                {
                    (most, best) = (sum, (top, left));
                }
            }
        }
        return best;

        double At(int y, int x) => above[(y * (Width + 1)) + x];
    }
}
