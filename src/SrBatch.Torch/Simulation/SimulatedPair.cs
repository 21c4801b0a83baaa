namespace SrBatch.Torch.Simulation;

/// <summary>
/// Two images of the same sample, row-major (Y,X), in camera counts. Low pixel (i, j) covers exactly the high pixels
/// (i*s..i*s+s-1, j*s..j*s+s-1), s = <see cref="HighWidth"/> / <see cref="LowWidth"/>.
/// </summary>
public sealed record SimulatedPair
{
    public required ushort[] Low { get; init; }
    public required int LowHeight { get; init; }
    public required int LowWidth { get; init; }

    /// <summary>Size of a low pixel in the sample, micrometres.</summary>
    public required double LowPixelSizeUm { get; init; }

    public required ushort[] High { get; init; }
    public required int HighHeight { get; init; }
    public required int HighWidth { get; init; }

    /// <summary>Size of a high pixel in the sample, micrometres.</summary>
    public required double HighPixelSizeUm { get; init; }

    /// <summary>
    /// Parameters of the simulation, to be stored as attributes; docs/simulate.md lists the names. Values are <see cref="double"/>, <see
    /// cref="long"/> or <see cref="string"/>.
    /// </summary>
    public required IReadOnlyDictionary<string, object> Parameters { get; init; }
}
