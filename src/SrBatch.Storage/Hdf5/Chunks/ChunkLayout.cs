using SrBatch.Storage.Hdf5.Filters;
using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>How a dataset's header says that it is cut and packed.</summary>
/// <param name="Lengths">Lengths of a chunk, slowest axis first, each at least 1.</param>
/// <param name="Bytes">Size of a chunk unpacked; no whole number above 2^53, as the lengths may be anything.</param>
/// <param name="Filters">In the order of writing.</param>
/// <param name="HasOptions">True when chunks across the dataset's end are stored in another way.</param>
internal sealed record ChunkLayout(long[] Lengths, double Bytes, IReadOnlyList<Hdf5Filter> Filters, bool HasOptions)
{
    /// <summary>Larger chunks that are not packed are read in parts, by the library.</summary>
    private const int MostPlainBytes = 16 << 20;

    /// <summary>Smaller chunks that are not packed are too short to tell whether they were read to their end.</summary>
    private const int LeastPlainBytes = 64;

    private const long MostPackedBytes = 1 << 30;

    /// <summary>A packed chunk must be unpacked whole, which takes two or three times its size.</summary>
    internal static long MostBytes => Math.Min(MostPackedBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    internal bool IsTooLarge => Filters.Count > 0 && Bytes > MostBytes;

    /// <param name="creation">The dataset's creation list.</param>
    /// <param name="rank">Axes of the dataset.</param>
    /// <param name="valueBytes">Size of a value on disk.</param>
    /// <param name="filters">In the order of writing.</param>
    /// <returns>Null when the dataset is not chunked.</returns>
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

    /// <summary>The grid and the filters, when we can read such chunks without the library's help.</summary>
    internal (ChunkGrid Grid, ChunkPipeline Pipeline)? Ours(long[] shape)
    {
        var isRightSize = Filters.Count > 0 ? Bytes <= MostBytes : Bytes is >= LeastPlainBytes and <= MostPlainBytes;
        return !HasOptions && isRightSize && ChunkPipeline.Of(Filters, (int)Bytes) is { } pipeline && new ChunkGrid(shape, Lengths) is { IsCountable: true } grid
            ? (grid, pipeline) : null;
    }
}
