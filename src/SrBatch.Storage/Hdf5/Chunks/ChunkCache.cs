namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>
/// Keeps unpacked chunks of which a box used a part, because the next box will use the rest, and spare buffers. Evicts the least recently
/// used chunk first, but none that the current read used: repeated boxes that exceed the cache then still find some of their chunks.
/// Thread-safe.
/// </summary>
/// <param name="chunkBytes">Size of every buffer.</param>
/// <param name="budgetBytes">Most bytes to keep; one chunk is always kept.</param>
internal sealed class ChunkCache(int chunkBytes, long budgetBytes)
{
    private readonly Lock _gate = new();
    private readonly long _most = Math.Max(1, budgetBytes / chunkBytes);
    private readonly Dictionary<long, LinkedListNode<KeptChunk>> _kept = [];

    /// <summary>The chunks, most recently used first.</summary>
    private readonly LinkedList<KeptChunk> _byUse = new();
    private readonly Stack<byte[]> _free = new();

    /// <param name="number">The chunk's place in the grid.</param>
    /// <param name="read">Number of the read that needs it.</param>
    /// <returns>Null if it is not kept. Otherwise it stays until it is passed to <see cref="Release"/>.</returns>
    internal KeptChunk? Take(long number, long read)
    {
        lock (_gate)
        {
            if (!_kept.TryGetValue(number, out var node))
            {
                return null;
            }
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            node.Value.LastRead = read;
            node.Value.Users++;
            return node.Value;
        }
    }

    internal void Release(KeptChunk chunk)
    {
        lock (_gate)
        {
            chunk.Users--;
        }
    }

    /// <summary>A buffer of a chunk's size with arbitrary content.</summary>
    internal byte[] Rent()
    {
        lock (_gate)
        {
            if (_free.TryPop(out var buffer))
            {
                return buffer;
            }
        }
        return GC.AllocateUninitializedArray<byte>(chunkBytes);
    }

    internal void Return(byte[] buffer)
    {
        lock (_gate)
        {
            _free.Push(buffer);
        }
    }

    /// <summary>Takes over a rented buffer that holds a chunk; keeps it if there is room.</summary>
    internal void Keep(long number, byte[] buffer, long read)
    {
        lock (_gate)
        {
            while (_kept.Count >= _most && _byUse.Last is { Value: { Users: 0 } oldest } && oldest.LastRead != read)
            {
                _byUse.RemoveLast();
                _kept.Remove(oldest.Number);
                _free.Push(oldest.Values);
            }
            // Another thread may have added it meanwhile.
            if (_kept.Count >= _most || _kept.ContainsKey(number))
            {
                _free.Push(buffer);
                return;
            }
            _kept.Add(number, _byUse.AddFirst(new KeptChunk(number, buffer) { LastRead = read }));
        }
    }
}
