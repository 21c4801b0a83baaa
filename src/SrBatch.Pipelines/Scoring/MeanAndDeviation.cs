namespace SrBatch.Pipelines.Scoring;

/// <summary>What several outputs of one input have in common, and how far they differ: of several models, or of one on the input in several orientations.</summary>
internal static class MeanAndDeviation
{
    /// <param name="outputs">Planes of one size.</param>
    /// <returns>Pixel by pixel the mean, and the standard deviation (divided by the number of planes).</returns>
    public static float[][] Of(float[][] outputs)
    {
        float[] mean = new float[outputs[0].Length], deviation = new float[mean.Length];
        for (int i = 0; i < mean.Length; i++)
        {
            double sum = 0, squares = 0;
            foreach (float[] output in outputs)
            {
                sum += output[i];
            }
            double middle = sum / outputs.Length;
            foreach (float[] output in outputs)
            {
                squares += (output[i] - middle) * (output[i] - middle);
            }
            mean[i] = (float)middle;
            deviation[i] = (float)Math.Sqrt(squares / outputs.Length);
        }
        return [mean, deviation];
    }

    /// <param name="mean">Of a plane.</param>
    /// <param name="deviation">As many values.</param>
    /// <returns>Root mean square of the deviation over the contrast, which is the standard deviation of the mean over the plane; null of a plane without any.</returns>
    public static double? Share(float[] mean, float[] deviation)
    {
        double sum = 0, squares = 0, differences = 0;
        for (int i = 0; i < mean.Length; i++)
        {
            sum += mean[i];
            squares += (double)mean[i] * mean[i];
            differences += (double)deviation[i] * deviation[i];
        }
        double contrast = squares - (sum * sum / mean.Length);
        return contrast > 0 && double.IsFinite(contrast) && double.IsFinite(differences) ? Math.Sqrt(differences / contrast) : null;
    }
}
