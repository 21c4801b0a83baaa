using SrBatch.Core.Quality;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Training.Validation;

/// <summary>The pixels of a target plane that count: those whose target and input are finite.</summary>
internal sealed class CountedPixels
{
    private readonly bool[] _counts;

    private CountedPixels(bool[] counts) => _counts = counts;

    /// <param name="input">Null if all its values are finite.</param>
    /// <param name="target">The target plane, row by row.</param>
    /// <param name="width">Columns of the input.</param>
    /// <param name="scale">Target pixels per input pixel along each axis.</param>
    /// <returns>Null if all pixels count.</returns>
    public static CountedPixels? Of(float[]? input, float[] target, int width, int scale)
    {
        if (input is null && Array.TrueForAll(target, float.IsFinite))
        {
            return null;
        }
        bool[] counts = Array.ConvertAll(target, float.IsFinite);
        for (int i = 0; i < input?.Length; i++)
        {
            for (int y = 0; y < scale && !float.IsFinite(input[i]); y++)
            {
                counts.AsSpan((((i / width * scale) + y) * width * scale) + (i % width * scale), scale).Clear();
            }
        }
        return new CountedPixels(counts);
    }

    /// <returns>PSNR of the pixels that count; SSIM with their means in place of the others. Null if none counts.</returns>
    public PlaneScores Score(float[] output, float[] target, int height, int width)
    {
        float[] outputs = Counted(output), targets = Counted(target);
        if (targets.Length == 0)
        {
            return new PlaneScores();
        }
        // The mean point lies on the line that the scores fit through outputs and targets: there both agree, and the line stays the same.
        PlaneScores filled = PlaneMetrics.Score(Filled(output, outputs.Average()), Filled(target, targets.Average()), height, width);
        return new PlaneScores { PsnrDb = PlaneMetrics.PsnrDb(outputs, targets), Ssim = filled.Ssim };
    }

    private float[] Counted(float[] plane) => [.. plane.Where((_, i) => _counts[i])];

    private float[] Filled(float[] plane, float value) => [.. plane.Select((own, i) => _counts[i] ? own : value)];
}
