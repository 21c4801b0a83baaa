using System.Buffers.Binary;

namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>The checksum of filter 3: Fletcher's over 16-bit words, most significant byte first (H5_checksum_fletcher32).</summary>
internal static class Fletcher32
{
    /// <summary>Size of the checksum at the end of a chunk, bytes.</summary>
    internal const int Bytes = 4;

    /// <summary>Number of words after which the sums are folded; they stay far below 2^64.</summary>
    private const int BlockWords = 1 << 20;

    /// <returns>False if the last four bytes are not the checksum of those before.</returns>
    internal static bool IsRight(ReadOnlySpan<byte> checkedBytes)
    {
        if (checkedBytes.Length < Bytes)
        {
            return false;
        }
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(checkedBytes[^Bytes..]);
        var sum = Of(checkedBytes[..^Bytes]);
        // HDF5 before 1.6.3 swapped the bytes of each half; libhdf5 accepts both, and so do we.
        return stored == sum || stored == ((sum & 0x00FF00FF) << 8 | (sum & 0xFF00FF00) >> 8);
    }

    internal static uint Of(ReadOnlySpan<byte> bytes)
    {
        ulong first = 0, second = 0;
        while (bytes.Length >= 2)
        {
            var block = bytes[..(Math.Min(bytes.Length / 2, BlockWords) * 2)];
            bytes = bytes[block.Length..];
            unchecked
            {
                for (; block.Length >= 2; block = block[2..])
                {
                    first += BinaryPrimitives.ReadUInt16BigEndian(block);
                    second += first;
                }
            }
            first = Folded(first);
            second = Folded(second);
        }
        if (bytes.Length == 1)
        {
            first = Folded(first + ((ulong)bytes[0] << 8));
            second = Folded(second + first);
        }
        return (uint)(second << 16 | first);
    }

    /// <summary>Adds the carries until 16 bits are left. Of all multiples of 65535, only 0 gives 0.</summary>
    private static ulong Folded(ulong sum)
    {
        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }
        return sum;
    }
}
