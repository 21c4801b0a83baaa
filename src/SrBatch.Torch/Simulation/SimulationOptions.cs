namespace SrBatch.Torch.Simulation;

/// <summary>Options of <c>srbatch simulate</c>; docs/simulate.md describes them.</summary>
public sealed record SimulationOptions
{
    /// <summary>Largest side of the high-resolution image, pixels; the arrays of such an image take about 4 GB.</summary>
    public const int LargestHighPx = 4096;

    /// <summary>Smallest side of the low-resolution image, pixels.</summary>
    public const int SmallestLowPx = 16;

    /// <summary>Allowed values of <see cref="Structure"/>.</summary>
    public static IReadOnlyList<string> Structures { get; } = ["filaments", "spots", "membranes", "mixed"];

    /// <summary>Allowed values of <see cref="Pair"/>.</summary>
    public static IReadOnlyList<string> Pairs { get; } = ["low-high-na", "confocal-sted", "tirf-sim"];

    /// <summary>Number of pairs, at least 1. An image depends on its index, not on this number.</summary>
    public int Images { get; init; } = 1;

    /// <summary>Side of the square low-resolution image, pixels.</summary>
    public int SizePx { get; init; } = 256;

    /// <summary>High-resolution pixels per low-resolution pixel along each axis: 1, 2 or 4.</summary>
    public int Scale { get; init; } = 2;

    /// <summary>One of <see cref="Structures"/>.</summary>
    public string Structure { get; init; } = "filaments";

    /// <summary>One of <see cref="Pairs"/>: the microscope of the low and of the high image.</summary>
    public string Pair { get; init; } = "low-high-na";

    /// <summary>The same options and seed give the same images.</summary>
    public ulong Seed { get; init; } = 1;

    /// <returns>One line per problem, with the command-line option; none when the options are valid.</returns>
    public IEnumerable<string> Problems()
    {
        if (Images < 1)
        {
            yield return $"--images is {Images}; must be at least 1";
        }
        var scaleIsKnown = Scale is 1 or 2 or 4;
        if (!scaleIsKnown)
        {
            yield return $"--scale is {Scale}; must be 1, 2 or 4";
        }
        var largestLowPx = LargestHighPx / (scaleIsKnown ? Scale : 1);
        if (SizePx < SmallestLowPx || SizePx > largestLowPx)
        {
            yield return $"--size is {SizePx}; must be {SmallestLowPx} to {largestLowPx} "
                + $"(the high image has --size x --scale pixels a side, at most {LargestHighPx})";
        }
        if (!Structures.Contains(Structure))
        {
            yield return $"--structure is '{Structure}'; must be one of {string.Join(", ", Structures)}";
        }
        if (!Pairs.Contains(Pair))
        {
            yield return $"--pair is '{Pair}'; must be one of {string.Join(", ", Pairs)}";
        }
    }
}
