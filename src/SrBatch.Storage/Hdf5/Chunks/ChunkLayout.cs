using SrBatch.Storage.Hdf5.Filters;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>Chunks and filters of a dataset, from its header.</summary>
/// <param name="Lengths">Lengths of a chunk, slowest axis first, each at least 1.</param>
/// <param name="Bytes">Unpacked size of a chunk; a double because lengths may be arbitrarily large.</param>
/// <param name="Filters">The filters in the order of writing.</param>
/// <param name="HasOptions">True if chunks that cross the end of the dataset are stored in another way.</param>
internal sealed record ChunkLayout(long[] Lengths, double Bytes, IReadOnlyList<Hdf5Filter> Filters, bool HasOptions)
{
    /// <summary>The library reads larger unpacked chunks in parts.</summary>
    private const int MostPlainBytes = 16 << 20;

    /// <summary>In smaller unpacked chunks one cannot detect whether they were read completely.</summary>
    private const int LeastPlainBytes = 64;

    private const long MostPackedBytes = 1 << 30;

    /// <summary>Packed chunks must be unpacked completely, which takes two or three times their size.</summary>
    internal static long MostBytes => Math.Min(MostPackedBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary>Why the chunks are not read, to follow the dataset's name in a message; null if they are.</summary>
    /// <param name="dataset">Path of the dataset inside its file.</param>
    /// <param name="type">Type of its values.</param>
    internal string? Problem(string dataset, Hdf5Type type) => Filters.Count > 0 && Bytes > MostBytes
        ? $"has packed chunks of ({string.Join(", ", Lengths)}) {type}, {Bytes:0} bytes each; expected at most {MostBytes}. "
            + $"Rewrite it with smaller chunks (h5repack -l {dataset}:CHUNK=...)"
        : Filters.Any(filter => filter is { Id: FilterId.Shuffle, Values: not [> 0] })
            ? "is packed with filter 2 (shuffle), whose parameters are damaged. Copy the file again from its source"
            : null;

    /// <param name="creation">The dataset's creation list.</param>
    /// <param name="rank">Axes of the dataset.</param>
    /// <param name="valueBytes">Size of a value on disk.</param>
    /// <param name="filters">The filters in the order of writing.</param>
    /// <returns>Null if the dataset is not chunked.</returns>
    internal static ChunkLayout? Of(Hdf5Handle creation, int rank, int valueBytes, IReadOnlyList<Hdf5Filter> filters)
    {
        if (H5P.get_layout(creation.Id) != H5D.Chunked)
        {
            return null;
        }
        var unsigned = new ulong[rank];
        _ = H5P.get_chunk(creation.Id, rank, unsigned);
        // The library lets no length of 0 through; 1 keeps divisions safe if it did.
        var lengths = Array.ConvertAll(unsigned, length => (long)Math.Clamp(length, 1, long.MaxValue));
        var hasOptions = H5P.get_chunk_opts(creation.Id, out var options) < 0 || options != 0;
        return new ChunkLayout(lengths, lengths.Aggregate((double)valueBytes, (product, length) => product * length), filters, hasOptions);
    }

    /// <summary>The grid and the filters, if we can read such chunks without the library.</summary>
    internal (ChunkGrid Grid, ChunkPipeline Pipeline)? Ours(long[] shape)
    {
        var isRightSize = Filters.Count > 0 ? Bytes <= MostBytes : Bytes is >= LeastPlainBytes and <= MostPlainBytes;
        return !HasOptions && isRightSize
            && ChunkPipeline.Of(Filters, (int)Bytes) is { } pipeline
            && new ChunkGrid(shape, Lengths) is { IsCountable: true } grid
            ? (grid, pipeline)
            : null;
    }
}
