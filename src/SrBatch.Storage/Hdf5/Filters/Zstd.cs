using ZstdSharp;

namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>Zstandard (filter 32015): one frame for each chunk.</summary>
internal static class Zstd
{
    /// <summary>One for each thread, not for each chunk, as it holds 150 KiB of tables.</summary>
    [ThreadStatic]
    private static Decompressor? _decompressor;

    /// <summary>Unpacked size of a chunk, bytes; -1 if its frame does not say.</summary>
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
