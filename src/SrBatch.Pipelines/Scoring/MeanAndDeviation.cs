namespace SrBatch.Pipelines.Scoring;

/// <summary>Mean and spread of several outputs of one input: of several models, or of one model in several orientations.</summary>
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

    /// <param name="mean">Of a plane; values that are not finite are left out.</param>
    /// <param name="deviation">As many values.</param>
    /// <returns>Root mean square of the deviation over the standard deviation of the mean; null if the mean is constant.</returns>
    public static double? Share(float[] mean, float[] deviation)
    {
        double sum = 0, squares = 0, differences = 0;
        long count = 0;
        for (int i = 0; i < mean.Length; i++)
        {
            if (float.IsFinite(mean[i]) && float.IsFinite(deviation[i]))
            {
                sum += mean[i];
                squares += (double)mean[i] * mean[i];
                differences += (double)deviation[i] * deviation[i];
                count++;
            }
        }
        double contrast = squares - (sum * sum / count);
        return contrast > 0 ? Math.Sqrt(differences / contrast) : null;
    }
}
