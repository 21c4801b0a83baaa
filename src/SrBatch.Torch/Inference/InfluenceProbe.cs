using SrBatch.Core.Randomness;

namespace SrBatch.Torch.Inference;

/// <summary>Measures the receptive field of a network that does not declare one.</summary>
internal static class InfluenceProbe
{
    private const int Side = 512;

    /// <summary>Changes single pixels of a noisy window and finds the outputs that change.</summary>
    /// <param name="run">The network.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    /// <param name="stride">Sides of windows are multiples of it.</param>
    /// <param name="mostSide">Longest side that the network accepts; null: any.</param>
    /// <returns>
    /// The receptive field in input pixels; half of the window when a pixel influences all of it, as in networks that use the whole
    /// image.
    /// </returns>
    public static int Reach(RunNetwork run, int scale, int stride, int? mostSide)
    {
        int side = Math.Max(stride, Math.Min(Side, mostSide ?? Side) / stride * stride), middle = side / 2;
        var random = new SampleRandom(0, 0);
        float[] window = new float[side * side];
        float[] before = new float[side * side * scale * scale], after = new float[before.Length];
        for (int i = 0; i < window.Length; i++)
        {
            window[i] = (float)random.NextDouble();
        }
        run(window, 1, side, side, before);
        int reach = 0;
        // Places with different remainders, as networks that halve their input reach differently far from each.
        foreach (int offset in new[] { 0, 1, (stride / 2) + 1 })
        {
            int place = middle + offset;
            float[] changed = [.. window];
            changed[(place * side) + place] += 2;
            run(changed, 1, side, side, after);
            for (int i = 0; i < after.Length; i++)
            {
                if (after[i] != before[i])
                {
                    int y = i / (side * scale) / scale, x = i % (side * scale) / scale;
                    reach = Math.Max(reach, Math.Max(Math.Abs(y - place), Math.Abs(x - place)));
                }
            }
        }
        return Math.Min(reach, middle);
    }
}
