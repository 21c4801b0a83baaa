using System.Buffers.Binary;
using K4os.Compression.LZ4;

namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>
/// LZ4 (filter 32004), as written by Imaris 10 and detectors: 8 bytes of unpacked size, 4 bytes of block size, then the blocks, each after
/// 4 bytes of its packed size, all big endian (HDF5_LZ4 of the HDF Group's plugins). A block has the LZ4 block format.
/// </summary>
internal static class Lz4
{
    private const int HeaderBytes = 12;

    /// <summary>Unpacked size of a chunk, bytes; -1 if there is no header.</summary>
    internal static long Size(ReadOnlySpan<byte> packed) => packed.Length < HeaderBytes ? -1 : BinaryPrimitives.ReadInt64BigEndian(packed);

    /// <inheritdoc cref="Lzf.Decode"/>
    internal static int Decode(ReadOnlySpan<byte> packed, Span<byte> room)
    {
        var size = Size(packed);
        if (size < 0 || size > room.Length)
        {
            return -1;
        }
        var blockBytes = BinaryPrimitives.ReadInt32BigEndian(packed[8..]);
        packed = packed[HeaderBytes..];
        var written = 0;
        while (written < size)
        {
            var expected = (int)Math.Min(blockBytes, size - written);
            if (expected <= 0 || packed.Length < 4)
            {
                return -1;
            }
            var length = BinaryPrimitives.ReadInt32BigEndian(packed);
            if (length < 0 || length > packed.Length - 4)
            {
                return -1;
            }
            var block = packed.Slice(4, length);
            var target = room.Slice(written, expected);
            if (length == expected)
            {
                block.CopyTo(target); // stored unpacked because it did not shrink
            }
            else if (LZ4Codec.Decode(block, target) != expected)
            {
                return -1;
            }
            packed = packed[(4 + length)..];
            written += expected;
        }
        return written;
    }
}
