using System.IO.Compression;

namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>gzip (filter 1): a zlib stream, inflated by .NET's zlib-ng, which is twice as fast as the zlib of libhdf5.</summary>
internal static class Deflate
{
    /// <summary>The chunk that this thread inflates; kept because each chunk would need one.</summary>
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
                // One byte more: makes zlib compare its checksum, and shows whether there is more than fits.
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
