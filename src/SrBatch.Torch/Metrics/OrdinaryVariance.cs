namespace SrBatch.Torch.Metrics;

/// <summary>
/// The ordinary variance of a difference by brightness: a line through the variances at several levels of brightness. Each variance comes
/// from the median, which a small place with a large difference does not move.
/// </summary>
internal readonly record struct OrdinaryVariance(double Slope, double Offset, double Least)
{
    /// <summary>Levels of brightness at which the deviation is measured, and pixels that it is measured from.</summary>
    private const int Levels = 16, Pixels = 16384;

    /// <summary>The median of |x| of a normal distribution of deviation 1.</summary>
    private const double NormalMedian = 0.6744897501960817;

    private const double GoldenRatio = 0.6180339887498949;

    public double At(double level) => Math.Max((Slope * level) + Offset, Least);

    public static OrdinaryVariance Of(float[] levels, float[] differences, double least)
    {
        int count = Math.Min(levels.Length, Pixels);
        float[] level = new float[count], difference = new float[count];
        for (int i = 0; i < count; i++)
        {
            // Spread evenly over rows and columns (Weyl's sequence).
            int pixel = (int)(i * GoldenRatio % 1 * levels.Length);
            (level[i], difference[i]) = (levels[pixel], Math.Abs(differences[pixel]));
        }
        Array.Sort(level, difference);
        double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0, lowest = double.PositiveInfinity;
        for (int bin = 0; bin < Levels; bin++)
        {
            int from = count * bin / Levels, to = count * (bin + 1) / Levels;
            Span<float> here = difference.AsSpan(from, to - from);
            here.Sort();
            double deviation = here[here.Length / 2] / NormalMedian, y = Math.Max(deviation * deviation, least), x = 0;
            foreach (float value in level.AsSpan(from, to - from))
            {
                x += value;
            }
            x /= to - from;
            // Relative errors count: variances differ by orders of magnitude.
            double weight = 1 / (y * y);
            (w, wx, wy) = (w + weight, wx + (weight * x), wy + (weight * y));
            (wxx, wxy, lowest) = (wxx + (weight * x * x), wxy + (weight * x * y), Math.Min(lowest, y));
        }
        double across = (w * wxx) - (wx * wx), slope = across > 1e-12 * w * wxx ? ((w * wxy) - (wx * wy)) / across : 0;
        return new OrdinaryVariance(slope, (wy - (slope * wx)) / w, lowest);
    }
}
