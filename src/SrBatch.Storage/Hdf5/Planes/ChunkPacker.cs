using System.Buffers;
using System.Runtime.InteropServices;
using SrBatch.Core.Planning;
using SrBatch.Core.Tiling;
using SrBatch.Storage.Hdf5.Chunks;
using SrBatch.Storage.Hdf5.Filters;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Planes;

/// <summary>
/// Cuts boxes of planes into chunks and packs them on several threads, without libhdf5. The number of threads does not change the bytes.
/// Chunks may be packed now and written later.
/// </summary>
public sealed class ChunkPacker
{
    private readonly PlaneLayout _layout;
    private readonly PlaneAxes _axes;
    private readonly long[] _shape, _chunk;
    private readonly int _valueBytes, _chunkBytes;
    private readonly ChunkEncoder _encoder;
    private readonly ParallelOptions _threads;

    /// <param name="layout">Layout of the dataset.</param>
    /// <param name="threads">Most threads that pack at the same time.</param>
    public ChunkPacker(PlaneLayout layout, int threads)
    {
        _layout = layout;
        _axes = layout.ParseAxes("");
        _shape = [.. layout.Shape];
        _chunk = layout.Chunk(_axes);
        _valueBytes = Hdf5Type.Bytes(layout.ElementType);
        _chunkBytes = checked((int)(_chunk[_axes.Y] * _chunk[_axes.X] * _valueBytes));
        _encoder = layout.Encoder;
        _threads = new ParallelOptions { MaxDegreeOfParallelism = threads };
    }

    /// <summary>Packs a box of whole chunks. Only at the lower and right border of the plane may a chunk be incomplete.</summary>
    /// <param name="plane">Which plane; 0 where the dataset has no such axis.</param>
    /// <param name="y">Top row of the box.</param>
    /// <param name="x">Left column of the box.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="values"><paramref name="height"/> x <paramref name="width"/> values, row by row.</param>
    /// <param name="saturated">
    /// Number of values that the integer type cannot hold: they became its nearest limit, not-a-number became 0.
    /// </param>
    /// <returns>The chunks, row by row, each row from left to right.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The box leaves the dataset.</exception>
    /// <exception cref="ArgumentException">The box cuts a chunk.</exception>
    public IReadOnlyList<PackedChunk> Pack(
        PlaneIndex plane,
        long y,
        long x,
        int height,
        int width,
        ReadOnlyMemory<float> values,
        out long saturated)
    {
        Span<long> start = stackalloc long[_shape.Length];
        Span<long> count = stackalloc long[_shape.Length];
        _axes.Box(_shape, plane, y, x, height, width, start, count);
        long chunkRows = _chunk[_axes.Y], chunkColumns = _chunk[_axes.X];
        if (y % chunkRows != 0 || x % chunkColumns != 0 || Cuts(y + height, _axes.Y) || Cuts(x + width, _axes.X))
        {
            throw new ArgumentException(
                $"{height} x {width} at y {y}, x {x} cuts chunks of {chunkRows} x {chunkColumns} of '{_layout.Dataset}'");
        }
        var across = (int)((width + chunkColumns - 1) / chunkColumns);
        var chunks = new PackedChunk[(height + chunkRows - 1) / chunkRows * across];
        var first = start.ToArray();
        var beyond = 0L;
        _ = Parallel.For(0, chunks.Length, _threads, n =>
        {
            var row = (int)(n / across * chunkRows);
            var column = (int)(n % across * chunkColumns);
            var bytes = ArrayPool<byte>.Shared.Rent(_chunkBytes);
            try
            {
                var chunk = bytes.AsSpan(0, _chunkBytes);
                chunk.Clear();
                var rows = (int)Math.Min(chunkRows, height - row);
                var columns = (int)Math.Min(chunkColumns, width - column);
                var lost = Fill(chunk, values.Span[(row * width + column)..], width, rows, columns);
                _ = Interlocked.Add(ref beyond, lost);
                var place = Array.ConvertAll(first, index => (ulong)index);
                place[_axes.Y] += (ulong)row;
                place[_axes.X] += (ulong)column;
                chunks[n] = new PackedChunk(place, _encoder.Encode(chunk));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        });
        saturated = beyond;
        return chunks;

        bool Cuts(long end, int axis) => end % _chunk[axis] != 0 && end != _shape[axis];
    }

    /// <summary>Copies the values of a chunk into a part of its plane. Does nothing if the chunk lies outside the part.</summary>
    /// <param name="packed">A chunk that <see cref="Pack"/> returned.</param>
    /// <param name="part">Which part of the plane.</param>
    /// <param name="values">Values of the part, row by row.</param>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public void Unpack(PackedChunk packed, PlanePart part, Span<float> values)
    {
        long row = (long)packed.Start[_axes.Y], column = (long)packed.Start[_axes.X];
        int firstRow = (int)Math.Max(0, part.Row - row), firstColumn = (int)Math.Max(0, part.Column - column);
        var lastRow = (int)Math.Min(_chunk[_axes.Y], Math.Min(_shape[_axes.Y], part.Row + part.Rows) - row);
        var lastColumn = (int)Math.Min(_chunk[_axes.X], Math.Min(_shape[_axes.X], part.Column + part.Columns) - column);
        if (firstRow >= lastRow || firstColumn >= lastColumn)
        {
            return;
        }
        byte[] filtered = ArrayPool<byte>.Shared.Rent(_chunkBytes), bytes = ArrayPool<byte>.Shared.Rent(_chunkBytes);
        try
        {
            var chunk = bytes.AsSpan(0, _chunkBytes);
            var inflated = _layout.Shuffle ? filtered.AsSpan(0, _chunkBytes) : chunk;
            if (_layout.GzipLevel == 0)
            {
                packed.Bytes.Span.CopyTo(inflated);
            }
            else if (Deflate.Decode(packed.Bytes.Span, inflated) != _chunkBytes)
            {
                throw new InvalidDataException($"the chunk at ({string.Join(", ", packed.Start)}) of '{_layout.Dataset}' is damaged");
            }
            if (_layout.Shuffle)
            {
                Shuffle.Undo(inflated, chunk, _valueBytes);
            }
            for (var r = firstRow; r < lastRow; r++)
            {
                var line = values.Slice((int)(row + r - part.Row) * part.Columns, part.Columns);
                for (var c = firstColumn; c < lastColumn; c++)
                {
                    line[(int)(column + c - part.Column)] = Value(chunk, Place(r, c));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(filtered);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Index of a pixel among the values of a chunk. Handles datasets whose x axis comes before y.</summary>
    private int Place(int row, int column) => _axes.Y < _axes.X ? row * (int)_chunk[_axes.X] + column : column * (int)_chunk[_axes.Y] + row;

    private long Fill(Span<byte> chunk, ReadOnlySpan<float> source, int stride, int rows, int columns) => _layout.ElementType switch
    {
        ElementType.Float32 => FillSingles(MemoryMarshal.Cast<byte, float>(chunk), source, stride, rows, columns),
        ElementType.Float16 => FillHalves(MemoryMarshal.Cast<byte, Half>(chunk), source, stride, rows, columns),
        ElementType.UInt8 => Fill<byte>(chunk, source, stride, rows, columns),
        ElementType.Int8 => Fill<sbyte>(chunk, source, stride, rows, columns),
        ElementType.UInt16 => Fill<ushort>(chunk, source, stride, rows, columns),
        ElementType.Int16 => Fill<short>(chunk, source, stride, rows, columns),
        ElementType.UInt32 => Fill<uint>(chunk, source, stride, rows, columns),
        ElementType.Int32 => Fill<int>(chunk, source, stride, rows, columns),
        ElementType.UInt64 => Fill<ulong>(chunk, source, stride, rows, columns),
        ElementType.Int64 => Fill<long>(chunk, source, stride, rows, columns),
        _ => throw new ArgumentException($"planes are not written as {_layout.ElementType.NumpyName()}"),
    };

    private long FillSingles(Span<float> chunk, ReadOnlySpan<float> source, int stride, int rows, int columns)
    {
        for (var row = 0; row < rows; row++)
        {
            var line = source.Slice(row * stride, columns);
            if (_axes.Y < _axes.X)
            {
                line.CopyTo(chunk[Place(row, 0)..]);
                continue;
            }
            for (var column = 0; column < columns; column++)
            {
                chunk[Place(row, column)] = line[column];
            }
        }
        return 0;
    }

    /// <summary>Rounds to the nearest float16; larger values become infinite.</summary>
    private long FillHalves(Span<Half> chunk, ReadOnlySpan<float> source, int stride, int rows, int columns)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                chunk[Place(row, column)] = (Half)source[row * stride + column];
            }
        }
        return 0;
    }

    /// <summary>Rounds to the nearest integer, halves to even.</summary>
    private long Fill<T>(Span<byte> bytes, ReadOnlySpan<float> source, int stride, int rows, int columns)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>, System.Numerics.IMinMaxValue<T>
    {
        var chunk = MemoryMarshal.Cast<byte, T>(bytes);
        double least = double.CreateChecked(T.MinValue), most = double.CreateChecked(T.MaxValue);
        var saturated = 0L;
        for (var row = 0; row < rows; row++)
        {
            var line = source.Slice(row * stride, columns);
            for (var column = 0; column < columns; column++)
            {
                var rounded = Math.Round((double)line[column]);
                if (!(rounded >= least && rounded <= most))
                {
                    saturated++;
                }
                chunk[Place(row, column)] = T.CreateSaturating(rounded);
            }
        }
        return saturated;
    }

    private float Value(ReadOnlySpan<byte> chunk, int place) => _layout.ElementType switch
    {
        ElementType.Float32 => MemoryMarshal.Cast<byte, float>(chunk)[place],
        ElementType.Float16 => (float)MemoryMarshal.Cast<byte, Half>(chunk)[place],
        ElementType.UInt8 => chunk[place],
        ElementType.Int8 => unchecked((sbyte)chunk[place]),
        ElementType.UInt16 => MemoryMarshal.Cast<byte, ushort>(chunk)[place],
        ElementType.Int16 => MemoryMarshal.Cast<byte, short>(chunk)[place],
        ElementType.UInt32 => MemoryMarshal.Cast<byte, uint>(chunk)[place],
        ElementType.Int32 => MemoryMarshal.Cast<byte, int>(chunk)[place],
        ElementType.UInt64 => MemoryMarshal.Cast<byte, ulong>(chunk)[place],
        _ => MemoryMarshal.Cast<byte, long>(chunk)[place],
    };
}
