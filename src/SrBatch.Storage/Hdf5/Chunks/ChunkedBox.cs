using System.Runtime.ExceptionServices;
using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>One read of a box: distributes its chunks in order to the threads that call <see cref="Work"/>.</summary>
internal sealed unsafe class ChunkedBox
{
    /// <summary>Least number of batches for each thread, so that all end at about the same time.</summary>
    private const int TurnsOfAThread = 4;

    private readonly ChunkReader _reader;
    private readonly long[] _start;
    private readonly long[] _count;
    private readonly byte* _destination;
    private readonly ValueCopy _values;
    private readonly long _read;
    private readonly int _batch;
    private readonly Lock _gate = new();
    private long _next;
    private volatile SrBatchException? _failure;
    private long _failedAt = long.MaxValue;

    internal ChunkedBox(ChunkReader reader, long[] start, long[] count, byte* destination, ValueCopy values, long read)
    {
        _reader = reader;
        _start = start;
        _count = count;
        _destination = destination;
        _values = values;
        _read = read;
        Chunks = reader.Grid.CountUnder(start, count);
        _batch = (int)Math.Clamp(Chunks / (TurnsOfAThread * Environment.ProcessorCount), 1, reader.MostBatchChunks);
    }

    /// <summary>Number of chunks under the box.</summary>
    internal long Chunks { get; }

    /// <summary>Number of batches.</summary>
    internal long Turns => (Chunks + _batch - 1) / _batch;

    /// <summary>Reads batches of chunks until there are none left or one cannot be read.</summary>
    internal void Work()
    {
        var memory = _reader.RentStored();
        try
        {
            while (_failure is null && Interlocked.Add(ref _next, _batch) - _batch is var first && first < Chunks)
            {
                try
                {
                    ReadBatch(memory, first, (int)Math.Min(_batch, Chunks - first));
                }
                catch (SrBatchException failure)
                {
                    Fail(first, failure);
                }
            }
        }
        finally
        {
            _reader.Return(memory);
        }
    }

    internal void ThrowIfFailed()
    {
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }

    /// <summary>
    /// Notes a failure. All batches before <paramref name="at"/> have begun and will end, so that the first failure of the box is found.
    /// </summary>
    private void Fail(long at, SrBatchException failure)
    {
        lock (_gate)
        {
            if (at < _failedAt)
            {
                (_failedAt, _failure) = (at, failure);
            }
        }
    }

    private void ReadBatch(GuardedMemory memory, long first, int count)
    {
        var part = new ChunkPart(stackalloc long[3 * _start.Length]);
        // For chunks that are not kept: index under the box, bytes stored, filters not applied.
        var indices = stackalloc long[count];
        var bytes = stackalloc int[count];
        var masks = stackalloc uint[count];
        var left = 0;
        for (var n = first; n < first + count; n++)
        {
            _reader.Grid.Locate(_start, _count, n, ref part);
            if (_reader.Cache.Take(part.Number, _read) is { } kept)
            {
                Copy(kept.Values, ref part);
                _reader.Cache.Release(kept);
            }
            else
            {
                indices[left++] = n;
            }
        }
        if (left == 0)
        {
            return;
        }
        var end = memory.Start;
        using (Hdf5Library.Enter(_reader.File))
        {
            for (var n = 0; n < left; n++)
            {
                _reader.Grid.Locate(_start, _count, indices[n], ref part);
                bytes[n] = _reader.ReadStored(part.Origin, end, out masks[n]);
                end += bytes[n];
            }
        }
        end = memory.Start;
        for (var n = 0; n < left; n++)
        {
            _reader.Grid.Locate(_start, _count, indices[n], ref part);
            Unpack(new ReadOnlySpan<byte>(end, bytes[n]), masks[n], ref part);
            end += bytes[n];
        }
    }

    private void Unpack(ReadOnlySpan<byte> stored, uint mask, ref ChunkPart part)
    {
        if (stored.IsEmpty)
        {
            fixed (byte* fill = _reader.Fill)
            {
                BoxCopy.Run(_values, fill, [], [], _destination, _start, _count, in part);
            }
            return;
        }
        var cache = _reader.Cache;
        var buffer = cache.Rent();
        var spare = cache.Rent();
        var chunk = _reader.Pipeline.Undo(stored, mask, buffer, spare, out var damage);
        cache.Return(spare);
        if (damage is not null)
        {
            cache.Return(buffer);
            throw _reader.Damaged(part.Origin, damage);
        }
        _reader.CountUnpacked();
        Copy(chunk, ref part);
        if (part.IsWhole)
        {
            cache.Return(buffer);
            return;
        }
        if (!chunk.Overlaps(buffer))
        {
            chunk.CopyTo(buffer);
        }
        cache.Keep(part.Number, buffer, _read);
    }

    private void Copy(ReadOnlySpan<byte> chunk, ref ChunkPart part)
    {
        fixed (byte* source = chunk)
        {
            BoxCopy.Run(_values, source, part.Origin, _reader.Grid.Lengths, _destination, _start, _count, in part);
        }
    }
}
