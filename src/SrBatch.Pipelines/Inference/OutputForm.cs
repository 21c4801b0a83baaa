using SrBatch.Core.Tiling;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Pipelines.Inference;

/// <summary>How an image is cut, and how its output lies in the file.</summary>
/// <param name="Scale">Output pixels per input pixel.</param>
/// <param name="Tiles">How each plane is cut.</param>
/// <param name="Layouts">Of the output's datasets.</param>
/// <param name="Packers">One for each layout.</param>
/// <param name="Settings">What else the output depends on.</param>
internal sealed record OutputForm(
    int Scale,
    TileSizes Tiles,
    IReadOnlyList<PlaneLayout> Layouts,
    IReadOnlyList<ChunkPacker> Packers,
    OutputSettings Settings)
{
    /// <summary>Where the output is written before it is moved to its place; null: beside its place.</summary>
    public LocalCopies? Local { get; init; }
}
