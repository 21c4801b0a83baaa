using System.Buffers.Binary;
using System.IO.Compression;
using SrBatch.Core.Progress;

namespace SrBatch.Storage.Images;

/// <summary>Encodes 8-bit images, gray or with a palette, as PNG (w3.org/TR/png-3). The same image gives the same bytes.</summary>
public static class PngFile
{
    private const byte BitDepth = 8, Grayscale = 0, Indexed = 3;

    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(TableEntry)];

    /// <param name="image">The image.</param>
    /// <param name="palette">Red, green and blue of each of the 256 values; null: gray.</param>
    /// <returns>The bytes of the file.</returns>
    public static byte[] Encode(GrayImage image, byte[]? palette = null)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        (header[8], header[9]) = (BitDepth, palette is null ? Grayscale : Indexed);
        WriteChunk(file, "IHDR"u8, header);
        if (palette is not null)
        {
            WriteChunk(file, "PLTE"u8, palette);
        }
        WriteChunk(file, "IDAT"u8, Packed(image));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>Compresses the rows with the filter Sub: each pixel minus its left neighbour, which makes smooth images smaller.</summary>
    private static byte[] Packed(GrayImage image)
    {
        const byte Sub = 1;
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            var line = new byte[image.Width + 1];
            line[0] = Sub;
            for (var y = 0; y < image.Height; y++)
            {
                var row = image.Pixels.AsSpan(y * image.Width, image.Width);
                for (var x = 0; x < row.Length; x++)
                {
                    line[x + 1] = unchecked((byte)(row[x] - (x > 0 ? row[x - 1] : 0)));
                }
                zlib.Write(line);
            }
        }
        return packed.ToArray();
    }

    private static void WriteChunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        file.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            crc = CrcTable[(crc ^ value) & 0xFF] ^ (crc >> 8);
        }
        return crc;
    }

    private static uint TableEntry(int index)
    {
        var crc = (uint)index;
        for (var bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return crc;
    }
}
