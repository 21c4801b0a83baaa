using System.Runtime.CompilerServices;
using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>
/// Reads boxes of a chunked dataset: one thread at a time reads stored chunks with libhdf5, and all threads unpack them. Boxes may be read
/// from several threads.
/// </summary>
internal sealed class ChunkReader : IDisposable
{
    /// <summary>Stored bytes read at once under the library's lock: small chunks are read in batches.</summary>
    private const int BatchBytes = 64 << 10;

    /// <summary>
    /// The same for chunks without filters, which take longer to read than to copy. A batch should fit a core's own cache.
    /// </summary>
    private const int PlainBatchBytes = 1024 << 10;

    private const int MostInBatch = 64;

    /// <summary>Bytes below which waking another thread takes longer than unpacking.</summary>
    private const int LeastParallelBytes = 128 << 10;

    /// <summary>Most memory of all threads together for unpacking, bytes.</summary>
    private const long MostUnpackingBytes = 512L << 20;

    private readonly Hdf5Handle _dataset;
    private readonly int _chunkBytes;
    private readonly Stack<GuardedMemory> _stored = new();
    private long _reads;
    private long _unpacked;

    /// <param name="dataset">The dataset; the caller closes it.</param>
    /// <param name="file">Path of the file.</param>
    /// <param name="path">Path of the dataset inside it.</param>
    /// <param name="grid">Must be countable.</param>
    /// <param name="chunkBytes">Size of a chunk unpacked.</param>
    /// <param name="pipeline">How a chunk is unpacked.</param>
    /// <param name="fill">A value, as on disk, for chunks that were never written.</param>
    /// <param name="cacheBytes">Most bytes of unpacked chunks to keep.</param>
    internal ChunkReader(
        Hdf5Handle dataset,
        string file,
        string path,
        ChunkGrid grid,
        int chunkBytes,
        ChunkPipeline pipeline,
        byte[] fill,
        long cacheBytes)
    {
        _dataset = dataset;
        _chunkBytes = chunkBytes;
        File = file;
        Path = path;
        Grid = grid;
        Pipeline = pipeline;
        Fill = fill;
        Cache = new ChunkCache(pipeline.BufferBytes, cacheBytes);
        MostBatchChunks = Math.Clamp((pipeline.IsEmpty ? PlainBatchBytes : BatchBytes) / chunkBytes, 1, MostInBatch);
    }

    internal string File { get; }

    internal string Path { get; }

    internal ChunkGrid Grid { get; }

    internal ChunkPipeline Pipeline { get; }

    internal byte[] Fill { get; }

    internal ChunkCache Cache { get; }

    /// <summary>Most chunks that a thread takes at once.</summary>
    internal int MostBatchChunks { get; }

    /// <summary>Number of chunks read and unpacked so far.</summary>
    internal long UnpackedChunks => Interlocked.Read(ref _unpacked);

    /// <summary>Largest stored size of a chunk: packing may make it grow a little.</summary>
    private long MostStoredBytes => Pipeline.IsEmpty ? _chunkBytes : 2L * _chunkBytes + (64 << 10);

    /// <summary>Reads a box of at least one value into memory in C order.</summary>
    /// <exception cref="SrBatchException">A chunk is damaged (exit 65); the first of several is named.</exception>
    internal unsafe void Read(ReadOnlySpan<long> start, ReadOnlySpan<long> count, byte* destination, ValueCopy values)
    {
        var box = new ChunkedBox(this, start.ToArray(), count.ToArray(), destination, values, Interlocked.Increment(ref _reads));
        var threads = (int)Math.Min(Math.Min(box.Turns, Environment.ProcessorCount), Math.Max(1, MostUnpackingBytes / (3L * _chunkBytes)));
        // A thread that holds the library's lock would deadlock with threads that need it.
        if (threads == 1 || box.Chunks * _chunkBytes < LeastParallelBytes || Hdf5Library.IsEntered)
        {
            box.Work();
        }
        else
        {
            Parallel.For(0, threads, _ => box.Work());
        }
        box.ThrowIfFailed();
    }

    /// <summary>Memory for a batch of stored chunks.</summary>
    internal GuardedMemory RentStored()
    {
        lock (_stored)
        {
            if (_stored.TryPop(out var memory))
            {
                return memory;
            }
        }
        return new GuardedMemory(MostBatchChunks * MostStoredBytes);
    }

    internal void Return(GuardedMemory memory)
    {
        lock (_stored)
        {
            _stored.Push(memory);
        }
    }

    /// <summary>Reads a chunk as it is stored. The caller holds the library's lock.</summary>
    /// <param name="origin">First index of the chunk.</param>
    /// <param name="room">Room for any chunk.</param>
    /// <param name="mask">Bit n is set if filter n was not applied to the chunk.</param>
    /// <returns>Number of bytes read; 0: the chunk was never written.</returns>
    /// <exception cref="SrBatchException">It cannot be read or is damaged (exit 65).</exception>
    internal unsafe int ReadStored(ReadOnlySpan<long> origin, byte* room, out uint mask)
    {
        // A pattern at the end of an unpacked chunk, to detect whether it was read completely.
        const ulong Unread = 0x9E3779B97F4A7C15;
        mask = 0;
        var offset = stackalloc ulong[origin.Length];
        for (var axis = 0; axis < origin.Length; axis++)
        {
            offset[axis] = (ulong)origin[axis];
        }
        var bytes = StoredChunk.SizeOf(_dataset, origin) ?? throw Unreadable(origin);
        if (bytes == 0)
        {
            return 0;
        }
        if (bytes > (ulong)MostStoredBytes)
        {
            throw Damaged(origin, $"it is damaged: its stored size is {bytes} bytes; unpacked it has {_chunkBytes}");
        }
        var end = (ulong*)(room + _chunkBytes - sizeof(ulong));
        if (Pipeline.IsEmpty)
        {
            Unsafe.WriteUnaligned(end, Unread);
        }
        if (H5D.read_chunk(_dataset.Id, offset, out mask, room) < 0)
        {
            throw Unreadable(origin);
        }
        if (Pipeline.IsEmpty && Unsafe.ReadUnaligned<ulong>(end) == Unread)
        {
            throw Damaged(origin, $"it is damaged: fewer than its {_chunkBytes} bytes are stored");
        }
        return (int)bytes;
    }

    internal void CountUnpacked() => Interlocked.Increment(ref _unpacked);

    internal SrBatchException Damaged(ReadOnlySpan<long> origin, string what) =>
        new(ExitCode.ImagesFailed, $"{File}: {Place(origin)}: {what}. Copy the file again from its source.");

    public void Dispose()
    {
        lock (_stored)
        {
            while (_stored.TryPop(out var memory))
            {
                memory.Dispose();
            }
        }
    }

    private SrBatchException Unreadable(ReadOnlySpan<long> origin) => Hdf5Error.Reading(File, $"{Place(origin)} cannot be read");

    private string Place(ReadOnlySpan<long> origin) => $"dataset '{Path}', chunk at ({string.Join(", ", origin.ToArray())})";
}
