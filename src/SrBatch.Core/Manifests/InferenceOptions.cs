namespace SrBatch.Core.Manifests;

/// <summary>How images are enhanced; manifest key <c>inference</c>. Lengths are in input pixels; null means <c>auto</c>.</summary>
public sealed record InferenceOptions
{
    /// <summary>Side of the square tile that the network processes at once, halo included.</summary>
    public int? Tile { get; init; }

    /// <summary>Pixels read around the kept part of a tile. Null: <see cref="HaloRule"/> decides.</summary>
    public int? Halo { get; init; }

    /// <summary>How the halo is chosen when <see cref="Halo"/> is null.</summary>
    public HaloRule HaloRule { get; init; }

    /// <summary>Tiles per call of the network.</summary>
    public int? Batch { get; init; }

    /// <summary>Test-time augmentation: 1 processes each tile once; 8 averages the results of all its flips and quarter turns.</summary>
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
