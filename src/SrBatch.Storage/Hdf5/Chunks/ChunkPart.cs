namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>The intersection of a box and a chunk, in indices of the dataset. Lives on the stack.</summary>
internal ref struct ChunkPart
{
    /// <summary>The chunk's place in the grid, in C order.</summary>
    internal long Number;

    /// <summary>True if the box contains all of the chunk that lies within the dataset.</summary>
    internal bool IsWhole;

    /// <param name="room">Room for three numbers for each axis.</param>
    internal ChunkPart(Span<long> room)
    {
        var rank = room.Length / 3;
        Origin = room[..rank];
        Start = room[rank..(2 * rank)];
        Count = room[(2 * rank)..];
    }

    /// <summary>First index of the chunk.</summary>
    internal readonly Span<long> Origin { get; }

    /// <summary>First index of the intersection.</summary>
    internal readonly Span<long> Start { get; }

    /// <summary>Lengths of the intersection.</summary>
    internal readonly Span<long> Count { get; }
}
