using System.Runtime.InteropServices;
using System.Text;

namespace SrBatch.Storage.Weights;

/// <summary>Writes a float32 array in numpy's file format 1.0 (for <c>numpy.load</c>), C order, little-endian.</summary>
public static class NumpyFile
{
    /// <summary>The header ends at a multiple of this, bytes.</summary>
    private const int Alignment = 64;

    /// <param name="shape">Lengths of the dims.</param>
    /// <param name="values">Their number is the product of <paramref name="shape"/>.</param>
    public static byte[] Write(IReadOnlyList<int> shape, ReadOnlySpan<float> values)
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}";
        ReadOnlySpan<byte> start = [0x93, .. "NUMPY"u8, 1, 0];
        var before = start.Length + sizeof(ushort);
        var length = ((before + header.Length + 1 + Alignment - 1) / Alignment * Alignment) - before;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.Latin1);
        writer.Write(start);
        writer.Write((ushort)length);
        writer.Write(Encoding.Latin1.GetBytes(header.PadRight(length - 1) + "\n"));
        writer.Write(MemoryMarshal.AsBytes(values));
        writer.Flush();
        return stream.ToArray();
    }
}
