using System.IO.Compression;

namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>gzip (filter 1): a zlib stream. .NET's zlib-ng inflates it twice as fast as libhdf5's zlib.</summary>
internal static class Deflate
{
    /// <summary>Input stream of this thread, reused for every chunk.</summary>
    [ThreadStatic]
    private static PackedStream? _packed;

    /// <inheritdoc cref="Lzf.Decode"/>
    internal static unsafe int Decode(ReadOnlySpan<byte> packed, Span<byte> room)
    {
        fixed (byte* bytes = packed)
        {
            var source = _packed ??= new PackedStream();
            source.Reset(bytes, packed.Length);
            try
            {
                using var inflating = new ZLibStream(source, CompressionMode.Decompress, leaveOpen: true);
                var written = inflating.ReadAtLeast(room, room.Length, throwOnEndOfStream: false);
                // Reading one more byte makes zlib verify its checksum, and shows whether the chunk is longer than expected.
                Span<byte> beyond = stackalloc byte[1];
                return inflating.Read(beyond) == 0 && !source.IsOverrun ? written : -1;
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                return -1;
            }
        }
    }
}
