using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>
/// Fills a new dataset box by box. Chunks that are complete are packed on several threads and written, past HDF5's own filters, in
/// the order in which they became complete: the same boxes in the same order give the same bytes, whatever the number of threads.
/// Held in memory are the chunks that are incomplete, one row of them when boxes come as strips, and <see cref="BatchBytes"/>. One caller at a time.
/// </summary>
internal sealed class ChunkWriter
{
    /// <summary>Complete chunks gathered before they are packed: 64 of 256 x 256 float32, work for as many cores.</summary>
    private const int BatchBytes = 16 << 20;

    private readonly string _file;
    private readonly Hdf5Dataset _dataset;
    private readonly long[] _chunk;
    private readonly int _slow;
    private readonly int _fast;
    private readonly int _valueBytes;
    private readonly int _chunkBytes;
    private readonly ChunkEncoder _encoder;
    private readonly ParallelOptions _threads;
    private readonly Dictionary<UInt128, PartialChunk> _partial = [];
    private readonly List<PartialChunk> _complete = [];
    private readonly List<MemoryStream> _packed = [];
    private readonly Stack<byte[]> _spare = [];

    /// <param name="file">Path of the file, for messages.</param>
    /// <param name="dataset">A new dataset with chunks; its filters must be what <paramref name="encoder"/> does.</param>
    /// <param name="slow">The first axis along which chunks are longer than 1.</param>
    /// <param name="fast">The other such axis; there are no more than two.</param>
    /// <param name="threads">Most threads that pack.</param>
    internal ChunkWriter(string file, Hdf5Dataset dataset, int slow, int fast, ChunkEncoder encoder, int threads)
    {
        _file = file;
        _dataset = dataset;
        _chunk = dataset.Chunk ?? throw new ArgumentException($"'{dataset.Path}' has no chunks");
        _slow = slow;
        _fast = fast;
        _valueBytes = Hdf5Type.Bytes(dataset.ElementType);
        _chunkBytes = checked((int)(_chunk[slow] * _chunk[fast] * _valueBytes));
        _encoder = encoder;
        _threads = new ParallelOptions { MaxDegreeOfParallelism = threads };
    }

    /// <param name="start">First index along each axis; the box must lie within the dataset.</param>
    /// <param name="count">Indices along each axis; 1 along all but the two axes of the chunks.</param>
    /// <param name="source">All values of the box in C order, as the dataset holds them.</param>
    /// <exception cref="ArgumentException">
    /// More pixels of a chunk than it has: some came twice. Not every such fault is found here; <see cref="Flush"/> finds the others that do harm.
    /// </exception>
    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
    internal void Write(ReadOnlySpan<long> start, ReadOnlySpan<long> count, ReadOnlySpan<byte> source)
    {
        var rowEnd = start[_slow] + count[_slow];
        var columnEnd = start[_fast] + count[_fast];
        for (var row = start[_slow]; row < rowEnd; row = Math.Min(NextChunk(row, _slow), rowEnd))
        {
            for (var column = start[_fast]; column < columnEnd; column = Math.Min(NextChunk(column, _fast), columnEnd))
            {
                var rows = (int)(Math.Min(NextChunk(row, _slow), rowEnd) - row);
                var columns = (int)(Math.Min(NextChunk(column, _fast), columnEnd) - column);
                var first = (row - start[_slow]) * count[_fast] + column - start[_fast];
                Put(start, row, column, rows, columns, source[(int)(first * _valueBytes)..], (int)count[_fast] * _valueBytes);
            }
        }
    }

    /// <summary>Writes what is held back; incomplete chunks get zeros where nothing came.</summary>
    /// <exception cref="ArgumentException">Some pixels of an incomplete chunk came twice.</exception>
    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
    internal void Flush()
    {
        WriteComplete();
        foreach (var (number, chunk) in _partial.OrderBy(entry => entry.Key).ToArray())
        {
            if (IsStored(chunk))
            {
                throw new ArgumentException($"pixels of the chunk at ({string.Join(", ", chunk.Start)}) of '{_dataset.Path}' were written twice");
            }
            Complete(number, chunk);
        }
        WriteComplete();
    }

    private long NextChunk(long index, int axis) => (index / _chunk[axis] + 1) * _chunk[axis];

    private void Put(ReadOnlySpan<long> start, long row, long column, int rows, int columns, ReadOnlySpan<byte> source, int sourceStride)
    {
        var number = NumberOf(start, row, column);
        if (!_partial.TryGetValue(number, out var chunk))
        {
            _partial[number] = chunk = NewChunk(start, row, column);
        }
        var stride = (int)_chunk[_fast] * _valueBytes;
        var length = columns * _valueBytes;
        var destination = chunk.Values.AsSpan((int)(row % _chunk[_slow]) * stride + (int)(column % _chunk[_fast]) * _valueBytes);
        for (var n = 0; n < rows; n++)
        {
            source.Slice(n * sourceStride, length).CopyTo(destination[(n * stride)..]);
        }
        chunk.Missing -= (long)rows * columns;
        if (chunk.Missing < 0)
        {
            throw new ArgumentException($"pixels of the chunk at ({string.Join(", ", chunk.Start)}) of '{_dataset.Path}' were written twice");
        }
        if (chunk.Missing == 0)
        {
            Complete(number, chunk);
        }
    }

    /// <summary>Place of a chunk among all in C order; wide enough for any shape that can be planned.</summary>
    private UInt128 NumberOf(ReadOnlySpan<long> start, long row, long column)
    {
        var number = UInt128.Zero;
        for (var axis = 0; axis < start.Length; axis++)
        {
            var index = axis == _slow ? row : axis == _fast ? column : start[axis];
            number = number * (UInt128)(_dataset.Shape[axis] / _chunk[axis] + 1) + (UInt128)(index / _chunk[axis]);
        }
        return number;
    }

    private PartialChunk NewChunk(ReadOnlySpan<long> start, long row, long column)
    {
        var first = start.ToArray();
        first[_slow] = row - row % _chunk[_slow];
        first[_fast] = column - column % _chunk[_fast];
        var pixels = Math.Min(_chunk[_slow], _dataset.Shape[_slow] - first[_slow]) * Math.Min(_chunk[_fast], _dataset.Shape[_fast] - first[_fast]);
        if (!_spare.TryPop(out var values))
        {
            values = new byte[_chunkBytes];
        }
        Array.Clear(values);
        return new PartialChunk(values, Array.ConvertAll(first, index => (ulong)index), pixels);
    }

    private void Complete(UInt128 number, PartialChunk chunk)
    {
        _ = _partial.Remove(number);
        _complete.Add(chunk);
        if ((long)_complete.Count * _chunkBytes >= BatchBytes)
        {
            WriteComplete();
        }
    }

    private void WriteComplete()
    {
        while (_packed.Count < _complete.Count)
        {
            _packed.Add(new MemoryStream());
        }
        _ = Parallel.For(0, _complete.Count, _threads, n => _encoder.Encode(_complete[n].Values, _packed[n]));
        for (var n = 0; n < _complete.Count; n++)
        {
            Write(_complete[n], _packed[n].GetBuffer().AsSpan(0, (int)_packed[n].Length));
            _spare.Push(_complete[n].Values);
        }
        _complete.Clear();
    }

    private unsafe void Write(PartialChunk chunk, ReadOnlySpan<byte> packed)
    {
        using var scope = Hdf5Library.Enter();
        fixed (byte* bytes = packed)
        {
            if (H5D.write_chunk(_dataset.Id, H5P.Default, skippedFilters: 0, chunk.Start, (nuint)packed.Length, bytes) < 0)
            {
                throw Hdf5Error.Writing(_file, $"dataset '{_dataset.Path}' cannot be written at ({string.Join(", ", chunk.Start)})");
            }
        }
    }

    private bool IsStored(PartialChunk chunk)
    {
        using var scope = Hdf5Library.Enter();
        var isKnown = H5D.get_chunk_storage_size(_dataset.Id, chunk.Start, out var bytes) >= 0;
        _ = H5E.clear(H5E.Default);
        return isKnown && bytes > 0;
    }
}
