namespace SrBatch.Torch.Baselines;

/// <summary>
/// Finds the plane u that minimises |u - x|^2 / 2 + weight TV(u) (Rudin, Osher and Fatemi 1992), by Chambolle's projection (2004), with
/// the step length and the stopping rule of <c>skimage.restoration.denoise_tv_chambolle</c>.
/// </summary>
public static class TotalVariation
{
    private const int MostIterations = 200;

    /// <summary>Change of the energy, relative to the first energy, at which iteration ends.</summary>
    private const double Tolerance = 2e-4;

    /// <summary>1 / (2 x dimensions).</summary>
    private const float Step = 0.25f;

    /// <param name="plane">height x width values.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="weight">In units of the intensities; a larger weight gives a smoother plane.</param>
    public static float[] Denoise(ReadOnlySpan<float> plane, int height, int width, double weight)
    {
        float[] result = plane.ToArray(), dualY = new float[plane.Length], dualX = new float[plane.Length];
        double first = 0, previous = 0;
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            double fidelity = iteration == 0 ? 0 : AddDivergence(plane, dualY, dualX, result, height, width);
            double energy = fidelity + (weight * Project(result, dualY, dualX, height, width, Step / (float)weight));
            if (iteration == 0)
            {
                first = energy;
            }
            else if (Math.Abs(previous - energy) < Tolerance * first)
            {
                break;
            }
            previous = energy;
        }
        return result;
    }

    /// <summary>result = plane + d, where d is the negative divergence of the dual field.</summary>
    /// <returns>Sum of d^2.</returns>
    private static double AddDivergence(
        ReadOnlySpan<float> plane,
        float[] dualY,
        float[] dualX,
        float[] result,
        int height,
        int width)
    {
        double sum = 0;
        for (int y = 0, i = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, i++)
            {
                float d = -dualY[i] - dualX[i] + (y > 0 ? dualY[i - width] : 0) + (x > 0 ? dualX[i - 1] : 0);
                result[i] = plane[i] + d;
                sum += d * d;
            }
        }
        return sum;
    }

    /// <summary>Moves the dual field one step down the gradient of <paramref name="result"/>, then back towards the unit disc.</summary>
    /// <returns>Total variation of <paramref name="result"/>: sum of the lengths of its forward differences.</returns>
    private static double Project(float[] result, float[] dualY, float[] dualX, int height, int width, float stepPerWeight)
    {
        double variation = 0;
        for (int y = 0, i = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, i++)
            {
                float slopeY = y + 1 < height ? result[i + width] - result[i] : 0;
                float slopeX = x + 1 < width ? result[i + 1] - result[i] : 0;
                float slope = MathF.Sqrt((slopeY * slopeY) + (slopeX * slopeX));
                variation += slope;
                float shrink = 1 / (1 + (stepPerWeight * slope));
                dualY[i] = (dualY[i] - (Step * slopeY)) * shrink;
                dualX[i] = (dualX[i] - (Step * slopeX)) * shrink;
            }
        }
        return variation;
    }
}
