using System.Buffers.Binary;
using System.Numerics;

namespace SrBatch.Storage.TensorBoard;

/// <summary>
/// Writes records in TensorFlow's format: length, checksum of the length, bytes, checksum of the bytes; all little-endian
/// (tensorflow.org/tutorials/load_data/tfrecord).
/// </summary>
internal static class TfRecord
{
    internal static void Write(Stream stream, ReadOnlySpan<byte> record)
    {
        Span<byte> length = stackalloc byte[sizeof(ulong)], checksum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)record.Length);
        stream.Write(length);
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, MaskedCrc(length));
        stream.Write(checksum);
        stream.Write(record);
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, MaskedCrc(record));
        stream.Write(checksum);
    }

    /// <summary>CRC-32C, rotated and offset as the format requires, because a CRC of data that contains CRCs is weak.</summary>
    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }
        return unchecked(BitOperations.RotateRight(~crc, 15) + 0xA282EAD8);
    }
}
