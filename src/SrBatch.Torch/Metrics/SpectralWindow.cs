namespace SrBatch.Torch.Metrics;

/// <summary>
/// Factors along an axis that dim a plane's borders, so that its spectrum does not show the jump from one border to the opposite one.
/// </summary>
internal static class SpectralWindow
{
    /// <summary>Pixels over which <see cref="CosineEdge"/> rises, as in the program of Descloux et al. 2019.</summary>
    private const int EdgePixels = 20;

    public static double[] Hamming(int length) =>
        [.. Enumerable.Range(0, length).Select(i => 0.54 - (0.46 * Math.Cos(2 * Math.PI * i / Math.Max(1, length - 1))))];

    /// <summary>1 except for the outermost 20 pixels (a quarter of shorter axes), which rise from 0 as a cosine.</summary>
    public static double[] CosineEdge(int length)
    {
        int edge = Math.Min(EdgePixels, length / 4);
        return [.. Enumerable.Range(0, length).Select(i =>
        {
            int inside = Math.Min(i, length - 1 - i);
            return inside < edge ? (1 - Math.Cos(Math.PI * (inside + 0.5) / edge)) / 2 : 1;
        })];
    }
}
