using System.Buffers.Binary;
using System.Numerics;

namespace SrBatch.Storage.TensorBoard;

/// <summary>TensorFlow's file of records: a length, its checksum, the bytes, their checksum, all little-endian (tensorflow.org/tutorials/load_data/tfrecord).</summary>
internal static class TfRecord
{
    internal static void Write(Stream stream, ReadOnlySpan<byte> record)
    {
        Span<byte> length = stackalloc byte[sizeof(ulong)], checksum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)record.Length);
        stream.Write(length);
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Masked(length));
        stream.Write(checksum);
        stream.Write(record);
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Masked(record));
        stream.Write(checksum);
    }

    /// <summary>CRC-32C, turned and moved so that checksums of data that hold checksums do not coincide.</summary>
    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }
        return unchecked(BitOperations.RotateRight(~crc, 15) + 0xA282EAD8);
    }
}
