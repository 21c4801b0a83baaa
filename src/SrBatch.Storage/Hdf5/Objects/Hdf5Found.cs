using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Objects;

/// <summary>An object found in a file: a dataset, or something that could not be opened.</summary>
/// <param name="Path">Path inside the file.</param>
/// <param name="Shape">Lengths of the axes, slowest first; empty for a scalar and if <paramref name="Problem"/> is set.</param>
/// <param name="Type">Null if <paramref name="Problem"/> is set.</param>
/// <param name="Problem">Why it could not be opened; null if it could.</param>
/// <param name="SameAs">If this is another link to a dataset found before: the path found first; else null.</param>
public sealed record Hdf5Found(string Path, long[] Shape, Hdf5Type? Type, string? Problem, string? SameAs = null)
{
    /// <summary>True for a soft or external link whose target is not there.</summary>
    internal bool IsBrokenLink { get; init; }

    /// <summary><c>/low (64, 64) uint16</c></summary>
    public override string ToString() => Problem is null ? $"{Path} ({string.Join(", ", Shape)}) {Type}" : $"{Path} ({Problem})";
}
