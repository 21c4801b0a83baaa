namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>
/// Unpacked chunks that a box used in part, as the next box will want the rest of them, and buffers for more. What was used longest ago
/// goes first; but what the present read used stays, so that boxes which need more than fits, again and again, still find some of it.
/// Thread safe.
/// </summary>
/// <param name="chunkBytes">Size of every buffer.</param>
/// <param name="budgetBytes">Most to keep; but one chunk is always kept.</param>
internal sealed class ChunkCache(int chunkBytes, long budgetBytes)
{
    private readonly Lock _gate = new();
    private readonly long _most = Math.Max(1, budgetBytes / chunkBytes);
    private readonly Dictionary<long, LinkedListNode<KeptChunk>> _kept = [];

    /// <summary>The chunk used last first.</summary>
    private readonly LinkedList<KeptChunk> _byUse = new();
    private readonly Stack<byte[]> _free = new();

    /// <param name="number">The chunk's place in the grid.</param>
    /// <param name="read">Number of the read that wants it.</param>
    /// <returns>Null when it is not there. Else it stays until it is given to <see cref="Release"/>.</returns>
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

    /// <summary>A buffer of a chunk's size with anything in it.</summary>
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

    /// <summary>Takes over a rented buffer, which now holds a chunk; keeps it if there is room.</summary>
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
            // Another thread's read may have brought it meanwhile.
            if (_kept.Count >= _most || _kept.ContainsKey(number))
            {
                _free.Push(buffer);
                return;
            }
            _kept.Add(number, _byUse.AddFirst(new KeptChunk(number, buffer) { LastRead = read }));
        }
    }
}
