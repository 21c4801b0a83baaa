namespace SrBatch.Core.Manifests;

/// <summary>How images are enhanced. Manifest key <c>inference</c>. Lengths are in input pixels; null stands for <c>auto</c>.</summary>
public sealed record InferenceOptions
{
    /// <summary>Side of the square window that the network sees at once.</summary>
    public int? Tile { get; init; }

    /// <summary>Pixels read around what is kept of a window; null: as <see cref="HaloRule"/> says.</summary>
    public int? Halo { get; init; }

    /// <summary>What decides when <see cref="Halo"/> does not.</summary>
    public HaloRule HaloRule { get; init; }

    /// <summary>Windows a call of the network.</summary>
    public int? Batch { get; init; }

    /// <summary>Flips and quarter turns of each window whose results are averaged (test-time augmentation): 1, as it is, or all 8.</summary>
    public int Orientations { get; init; } = 1;

    /// <summary>Type of the output's values.</summary>
    public OutputType Output { get; init; }

    public IEnumerable<string> Problems()
    {
        if (Tile is < 32 or > 65536)
        {
            yield return $"inference.tile is {Tile}; must be \"auto\" or 32 to 65536";
        }
        if (Halo is < 0)
        {
            yield return $"inference.halo is {Halo}; must be \"exact\", \"auto\" or at least 0";
        }
        if (Tile is not null && Halo * 2 >= Tile)
        {
            yield return $"inference.halo is {Halo}; must be below {Tile / 2} (half of inference.tile), or nothing would be kept of a tile";
        }
        if (Batch is < 1 or > 1024)
        {
            yield return $"inference.batch is {Batch}; must be \"auto\" or 1 to 1024";
        }
        if (Orientations is not (1 or 8))
        {
            yield return $"inference.orientations is {Orientations}; must be 1 or 8";
        }
    }
}
