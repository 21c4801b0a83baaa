using ZstdSharp;

namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>Zstandard (filter 32015): one frame a chunk.</summary>
internal static class Zstd
{
    /// <summary>Holds 150 KiB of tables, so one a thread and not one a chunk.</summary>
    [ThreadStatic]
    private static Decompressor? _decompressor;

    /// <summary>Unpacked size of a chunk, bytes; -1 when its frame does not tell.</summary>
    internal static long Size(ReadOnlySpan<byte> packed)
    {
        try
        {
            return (long)Math.Min(Decompressor.GetDecompressedSize(packed), long.MaxValue);
        }
        catch (ZstdException)
        {
            return -1;
        }
    }

    /// <inheritdoc cref="Lzf.Decode"/>
    internal static int Decode(ReadOnlySpan<byte> packed, Span<byte> room)
    {
        try
        {
            return (_decompressor ??= new Decompressor()).Unwrap(packed, room);
        }
        catch (ZstdException)
        {
            return -1;
        }
    }
}
