using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Objects;

/// <summary>Chunks and compression of a new dataset.</summary>
internal sealed record Hdf5DatasetOptions
{
    /// <summary>Lengths of a chunk along each axis; null: contiguous, which allows no compression.</summary>
    public long[]? Chunk { get; init; }

    /// <summary>0 (none) to 9.</summary>
    public int GzipLevel { get; init; }

    /// <summary>Sorts the bytes of the values by significance before compression, which makes gzip more effective.</summary>
    public bool Shuffle { get; init; }

    internal void Apply(Hdf5Handle creation, int rank)
    {
        if (Chunk is null)
        {
            if (GzipLevel > 0 || Shuffle)
            {
                throw new ArgumentException("gzip and shuffle need chunks");
            }
            return;
        }
        if (Chunk.Length != rank || Array.Exists(Chunk, length => length < 1) || GzipLevel is < 0 or > 9)
        {
            throw new ArgumentException($"chunk ({string.Join(", ", Chunk)}), gzip {GzipLevel} for {rank} axes");
        }
        _ = H5P.set_chunk(creation.Id, rank, Array.ConvertAll(Chunk, length => (ulong)length));
        if (Shuffle)
        {
            _ = H5P.set_shuffle(creation.Id);
        }
        if (GzipLevel > 0)
        {
            _ = H5P.set_deflate(creation.Id, (uint)GzipLevel);
        }
    }
}
