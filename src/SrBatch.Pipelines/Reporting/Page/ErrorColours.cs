namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>Colours of error maps: matplotlib's inferno. Its lightness rises evenly, so that it can be read without colours, too.</summary>
internal static class ErrorColours
{
    private static readonly uint[] Anchors = [0x000004, 0x1F0C48, 0x550F6D, 0x88226A, 0xBA3655, 0xE35933, 0xF98C0A, 0xF9C932, 0xFCFFA4];

    /// <summary>256 times red, green, blue: linear interpolation between equally spaced anchors.</summary>
    public static byte[] Palette { get; } = [.. Enumerable.Range(0, 256).SelectMany(Colour)];

    private static IEnumerable<byte> Colour(int index)
    {
        double at = index / 255.0 * (Anchors.Length - 1);
        int below = Math.Min((int)at, Anchors.Length - 2);
        foreach (int shift in (int[])[16, 8, 0])
        {
            double low = (Anchors[below] >> shift) & 0xFF, high = (Anchors[below + 1] >> shift) & 0xFF;
            yield return (byte)Math.Round(low + ((high - low) * (at - below)));
        }
    }
}
