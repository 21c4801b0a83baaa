using System.Buffers.Binary;

namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>
/// LZ4 (filter 32004), as Imaris 10 and detectors write it: 8 bytes of unpacked size, 4 of block size, then each block after 4 bytes
/// of its packed size, all big endian (HDF5_LZ4 of the HDF Group's plugins); within a block, the LZ4 block format.
/// </summary>
internal static class Lz4
{
    private const int HeaderBytes = 12;

    /// <summary>Unpacked size of a chunk, bytes; -1 when there is no header.</summary>
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
            if (expected <= 0 || packed.Length < 4 || BinaryPrimitives.ReadInt32BigEndian(packed) is var length && (length < 0 || length > packed.Length - 4))
            {
                return -1;
            }
            var block = packed.Slice(4, length);
            var target = room.Slice(written, expected);
            if (length == expected)
            {
                block.CopyTo(target); // did not shrink, so it is stored as it is
            }
            else if (DecodeBlock(block, target) != expected)
            {
                return -1;
            }
            packed = packed[(4 + length)..];
            written += expected;
        }
        return written;
    }

    private static int DecodeBlock(ReadOnlySpan<byte> packed, Span<byte> room)
    {
        var written = 0;
        var at = 0;
        while (at < packed.Length)
        {
            int token = packed[at++];
            var literals = Length(token >> 4, packed, ref at);
            if (literals < 0 || literals > packed.Length - at || literals > room.Length - written)
            {
                return -1;
            }
            packed.Slice(at, literals).CopyTo(room[written..]);
            at += literals;
            written += literals;
            if (at == packed.Length)
            {
                return written; // the last sequence has literals only
            }
            if (packed.Length - at < 2)
            {
                return -1;
            }
            var from = written - BinaryPrimitives.ReadUInt16LittleEndian(packed[at..]);
            at += 2;
            var match = Length(token & 15, packed, ref at);
            if (match < 0 || from < 0 || from >= written || match + 4 > room.Length - written)
            {
                return -1;
            }
            for (var n = 0; n < match + 4; n++) // byte by byte: source and target may overlap
            {
                room[written++] = room[from++];
            }
        }
        return written;
    }

    /// <summary>A length of 4 bits, continued by bytes while these are 255; -1 when it runs off the end.</summary>
    private static int Length(int nibble, ReadOnlySpan<byte> packed, ref int at)
    {
        var length = nibble;
        while (nibble is 15 or 255)
        {
            if (at >= packed.Length || length > int.MaxValue / 2)
            {
                return -1;
            }
            nibble = packed[at++];
            length += nibble;
        }
        return length;
    }
}
