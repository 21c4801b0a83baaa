using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Objects;

/// <summary>A dataset that a walk came by, or something it could not open.</summary>
/// <param name="Path">Path inside the file.</param>
/// <param name="Shape">Lengths of the axes, slowest first; empty for a scalar and where <paramref name="Problem"/> is set.</param>
/// <param name="Type">Null where <paramref name="Problem"/> is set.</param>
/// <param name="Problem">Why it could not be opened; else null.</param>
/// <param name="SameAs">Path under which it was found before, when this is a further link to it; else null.</param>
public sealed record Hdf5Found(string Path, long[] Shape, Hdf5Type? Type, string? Problem, string? SameAs = null)
{
    /// <summary><c>/low (64, 64) uint16</c></summary>
    public override string ToString() => Problem is null ? $"{Path} ({string.Join(", ", Shape)}) {Type}" : $"{Path} ({Problem})";
}
