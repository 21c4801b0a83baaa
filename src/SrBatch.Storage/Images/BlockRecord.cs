using System.Numerics;
using System.Runtime.InteropServices;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Storage.Images;

/// <summary>The bytes of a <see cref="FinishedBlock"/> in a partial file; they begin with its number.</summary>
internal static class BlockRecord
{
    internal static byte[] Encode(FinishedBlock block)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(block.Number);
        writer.Write(block.Saturated);
        writer.Write(block.Datasets.Count);
        foreach (var chunks in block.Datasets)
        {
            writer.Write(chunks.Count);
            foreach (var chunk in chunks)
            {
                writer.Write(chunk.Start.Length);
                foreach (var index in chunk.Start)
                {
                    writer.Write(index);
                }
                writer.Write(chunk.Bytes.Length);
                writer.Write(chunk.Bytes.Span);
            }
        }
        return stream.ToArray();
    }

    internal static FinishedBlock Decode(byte[] record)
    {
        using var reader = new BinaryReader(new MemoryStream(record));
        var number = reader.ReadInt32();
        var saturated = reader.ReadInt64();
        var datasets = new IReadOnlyList<PackedChunk>[reader.ReadInt32()];
        for (var dataset = 0; dataset < datasets.Length; dataset++)
        {
            var chunks = new PackedChunk[reader.ReadInt32()];
            for (var n = 0; n < chunks.Length; n++)
            {
                var start = new ulong[reader.ReadInt32()];
                for (var axis = 0; axis < start.Length; axis++)
                {
                    start[axis] = reader.ReadUInt64();
                }
                var length = reader.ReadInt32();
                chunks[n] = new PackedChunk(start, record.AsMemory((int)reader.BaseStream.Position, length));
                reader.BaseStream.Position += length;
            }
            datasets[dataset] = chunks;
        }
        return new FinishedBlock(number, saturated, datasets);
    }

    /// <returns>CRC-32C.</returns>
    internal static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }
        foreach (var rest in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, rest);
        }
        return ~crc;
    }
}
