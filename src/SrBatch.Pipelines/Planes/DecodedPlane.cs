using SrBatch.Core.Planning;

namespace SrBatch.Pipelines.Planes;

/// <summary>A plane in memory. Integers of 8 and 16 bits take two bytes for each pixel, all other types four.</summary>
internal sealed class DecodedPlane
{
    /// <summary>Shifts int8 and int16 into the range of uint16.</summary>
    private const int Offset = 32768;

    private readonly int _width;
    private readonly int _offset;
    private readonly ushort[] _integers = [];
    private readonly float[] _values = [];

    private DecodedPlane(PlannedDataset dataset)
    {
        long pixels = dataset.Height * dataset.Width;
        _width = (int)dataset.Width;
        _offset = dataset.ElementType is ElementType.Int8 or ElementType.Int16 ? Offset : 0;
        if (PixelBytes(dataset.ElementType) == sizeof(ushort))
        {
            _integers = GC.AllocateUninitializedArray<ushort>((int)pixels);
        }
        else
        {
            _values = GC.AllocateUninitializedArray<float>((int)pixels);
        }
    }

    /// <returns>Memory for all planes of a dataset, bytes; null if a plane is larger than the longest array.</returns>
    public static long? Bytes(PlannedDataset dataset)
    {
        long pixels = dataset.Height * dataset.Width;
        return pixels <= 1 << 30 ? dataset.PlaneCount * pixels * PixelBytes(dataset.ElementType) : null;
    }

    public static DecodedPlane Read(PlaneSource source, PlaneIndex plane, CancellationToken stop)
    {
        var decoded = new DecodedPlane(source.Dataset);
        source.ForEachStrip([plane], (row, values) => decoded.Fill(row * source.Dataset.Width, values), stop);
        return decoded;
    }

    public void Cut(long row, long column, int rows, int columns, Span<float> destination)
    {
        for (int y = 0; y < rows; y++)
        {
            int start = (int)(((row + y) * _width) + column);
            Span<float> line = destination.Slice(y * columns, columns);
            if (_values.Length > 0)
            {
                _values.AsSpan(start, columns).CopyTo(line);
                continue;
            }
            ReadOnlySpan<ushort> integers = _integers.AsSpan(start, columns);
            for (int x = 0; x < integers.Length; x++)
            {
                line[x] = integers[x] - _offset;
            }
        }
    }

    private void Fill(long start, ReadOnlySpan<float> values)
    {
        if (_values.Length > 0)
        {
            values.CopyTo(_values.AsSpan((int)start));
            return;
        }
        Span<ushort> integers = _integers.AsSpan((int)start, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            // Exact: float32 holds all integers of 16 bits.
            integers[i] = (ushort)((int)values[i] + _offset);
        }
    }

    private static int PixelBytes(ElementType type) =>
        type is ElementType.UInt8 or ElementType.Int8 or ElementType.UInt16 or ElementType.Int16 ? sizeof(ushort) : sizeof(float);
}
