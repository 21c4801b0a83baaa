using System.Globalization;
using SrBatch.Core.Manifests;

namespace SrBatch.Core.Planning;

/// <summary>
/// Upper limits on the size of an image. A file of a few kilobytes can claim any size in its header. Within these limits, which are far
/// beyond any microscope, no product of sizes overflows and no list or buffer exceeds memory.
/// </summary>
internal static class SizeRule
{
    /// <summary>Of a plane's axis, pixels.</summary>
    internal const long MostPixelsPerAxis = 1 << 24;

    /// <summary>Of a plane that is enhanced, input pixels.</summary>
    internal const long MostPixels = 1L << 36;

    /// <summary>Of a plane used for training or validation, which is in memory as a whole; output pixels.</summary>
    internal const long MostPixelsInMemory = 1 << 28;

    /// <summary>Of an image. Each plane is a row in the table of scores.</summary>
    internal const long MostPlanes = 1_000_000;

    /// <summary>Of an image, output pixels of all planes.</summary>
    internal const long MostOutputPixels = 1L << 44;

    /// <summary>Of a row of tiles, which is in memory as a whole; output pixels.</summary>
    private const long MostRowPixels = int.MaxValue / 2;

    /// <summary>Rows of a tile when the manifest does not give them.</summary>
    private const int UsualTile = 1024;

    /// <returns>What is too large, and what to do; null when the image can be processed.</returns>
    internal static string? Problem(PlannedDataset input, string key, Split split, int scale, InferenceOptions inference)
    {
        // In floating point, so that no lengths can overflow.
        double height = input.Height, width = input.Width, planes = 1;
        foreach (char axis in "tcz")
        {
            planes *= input.CountOf(axis);
            if (input.StartOf(axis) > int.MaxValue - Math.Min(input.CountOf(axis), int.MaxValue))
            {
                return TooLarge($"goes beyond index {int.MaxValue} along {axis}");
            }
        }
        bool isInMemory = split is Split.Train or Split.Validation;
        double row = Math.Min(height, Math.Max(inference.Tile ?? UsualTile, 3.0 * (inference.Halo ?? 0))) * width * scale * scale;
        double output = planes * height * width * scale * scale;
        string size = string.Create(CultureInfo.InvariantCulture, $"has planes of {input.Height} x {input.Width}");
        return height > MostPixelsPerAxis || width > MostPixelsPerAxis
                ? TooLarge($"{size}; at most {MostPixelsPerAxis} pixels along an axis are allowed")
            : height * width > MostPixels ? TooLarge($"{size}; at most {MostPixels} pixels are allowed")
            : isInMemory && height * width * scale * scale > MostPixelsInMemory
                ? TooLarge($"{size}, times {scale * scale} in the output; training allows at most {MostPixelsInMemory} pixels")
            : row > MostRowPixels
                ? TooLarge($"{size}, so a row of tiles has {row} output pixels; at most {MostRowPixels} are allowed. Lower inference.tile")
            : planes > MostPlanes ? TooLarge($"has {planes:G17} planes; at most {MostPlanes} are allowed")
            : output > MostOutputPixels ? TooLarge($"makes {output:G17} output pixels; at most {MostOutputPixels} are allowed")
            : null;

        string TooLarge(FormattableString what) => string.Create(CultureInfo.InvariantCulture,
            $"{input} {what.ToString(CultureInfo.InvariantCulture)}. Set {key}.select to a part of it.");
    }
}
