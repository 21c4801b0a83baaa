namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>What a box and a chunk have in common, in indices of the dataset. Lives on the stack.</summary>
internal ref struct ChunkPart
{
    /// <summary>The chunk's place in the grid, in C order.</summary>
    internal long Number;

    /// <summary>True when the box holds all of the chunk that lies within the dataset.</summary>
    internal bool IsWhole;

    /// <param name="room">Three numbers an axis.</param>
    internal ChunkPart(Span<long> room)
    {
        var rank = room.Length / 3;
        Origin = room[..rank];
        Start = room[rank..(2 * rank)];
        Count = room[(2 * rank)..];
    }

    /// <summary>Where the chunk begins.</summary>
    internal readonly Span<long> Origin { get; }

    /// <summary>Where the common part begins.</summary>
    internal readonly Span<long> Start { get; }

    /// <summary>Lengths of the common part.</summary>
    internal readonly Span<long> Count { get; }
}
