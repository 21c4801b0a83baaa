using System.Globalization;
using SrBatch.Core.Manifests;

namespace SrBatch.Core.Planning;

/// <summary>
/// What is too large to be planned. A header may claim any size, in a file of a few kilobytes; within these bounds, far beyond any
/// microscope, no product of sizes overflows and no list or buffer outgrows memory.
/// </summary>
internal static class SizeRule
{
    /// <summary>Of an axis of the planes, pixels.</summary>
    internal const long MostPixelsAlong = 1 << 24;

    /// <summary>Of a plane that is enhanced, input pixels.</summary>
    internal const long MostPixels = 1L << 36;

    /// <summary>Of a plane that is trained on or validated with, which is held whole; output pixels.</summary>
    internal const long MostPixelsHeld = 1 << 28;

    /// <summary>Of an image. Each plane has a row in the table of scores.</summary>
    internal const long MostPlanes = 1_000_000;

    /// <summary>Of an image, output pixels of all planes.</summary>
    internal const long MostCost = 1L << 44;

    /// <summary>Of a row of tiles, which is held whole; output pixels.</summary>
    private const long MostRowPixels = int.MaxValue / 2;

    /// <summary>Rows of a tile when the manifest does not say.</summary>
    private const int UsualTile = 1024;

    /// <returns>What is too large, and what to do; null when the image can be done.</returns>
    internal static string? Problem(PlannedDataset input, string key, Split split, int scale, InferenceOptions inference)
    {
        // In floating point, as the lengths may be anything.
        double height = input.Height, width = input.Width, planes = 1;
        foreach (char axis in "tcz")
        {
            planes *= input.CountOf(axis);
            if (input.StartOf(axis) > int.MaxValue - Math.Min(input.CountOf(axis), int.MaxValue))
            {
                return Too($"goes beyond index {int.MaxValue} along {axis}");
            }
        }
        bool isHeld = split is Split.Train or Split.Validation;
        double row = Math.Min(height, Math.Max(inference.Tile ?? UsualTile, 3.0 * (inference.Halo ?? 0))) * width * scale * scale;
        return height > MostPixelsAlong || width > MostPixelsAlong ? Too($"has planes of {input.Height} x {input.Width}; at most {MostPixelsAlong} pixels along an axis can be done")
            : height * width > MostPixels ? Too($"has planes of {input.Height} x {input.Width}; at most {MostPixels} pixels can be done")
            : isHeld && height * width * scale * scale > MostPixelsHeld ? Too($"has planes of {input.Height} x {input.Width}, times {scale * scale} in the output; to train or validate with, at most {MostPixelsHeld} pixels can be held")
            : row > MostRowPixels ? Too($"has planes of {input.Height} x {input.Width}, of which a row of tiles is {row} output pixels; at most {MostRowPixels} can be held. Lower inference.tile")
            : planes > MostPlanes ? Too($"has {planes:G17} planes; at most {MostPlanes} can be done")
            : planes * height * width * scale * scale > MostCost ? Too($"makes {planes * height * width * scale * scale:G17} output pixels; at most {MostCost} can be done")
            : null;

        string Too(FormattableString what) => string.Create(CultureInfo.InvariantCulture, $"{input} {what.ToString(CultureInfo.InvariantCulture)}. Set {key}.select to a part of it.");
    }
}
