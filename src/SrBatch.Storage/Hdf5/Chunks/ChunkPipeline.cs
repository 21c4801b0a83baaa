using SrBatch.Storage.Hdf5.Filters;

namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>Undoes the filters of a dataset without the library.</summary>
internal sealed unsafe class ChunkPipeline
{
    private readonly IReadOnlyList<Hdf5Filter> _filters;
    private readonly int _chunkBytes;

    private ChunkPipeline(IReadOnlyList<Hdf5Filter> filters, int chunkBytes)
    {
        _filters = filters;
        _chunkBytes = chunkBytes;
    }

    /// <summary>True if chunks are stored without filters.</summary>
    internal bool IsEmpty => _filters.Count == 0;

    /// <summary>Buffer size needed to unpack a chunk: its own size and that of its checksums.</summary>
    internal int BufferBytes => checked(_chunkBytes + Fletcher32.Bytes * _filters.Count(filter => filter.Id == FilterId.Fletcher32));

    /// <returns>Null if we cannot undo a filter or the combination is unusual; libhdf5 must then read.</returns>
    internal static ChunkPipeline? Of(IReadOnlyList<Hdf5Filter> filters, int chunkBytes)
    {
        var areOurs = filters.All(filter => filter.Id == FilterId.Fletcher32
            || Decoder(filter.Id) is not null
            || filter is { Id: FilterId.Shuffle, Values: [> 0 and <= int.MaxValue] });
        // With two compressors, the output of the second would have no limit. The mask of a chunk has 32 bits.
        return areOurs && filters.Count <= 32 && filters.Count(filter => Decoder(filter.Id) is not null) <= 1
            ? new ChunkPipeline(filters, chunkBytes)
            : null;
    }

    /// <summary>Unpacks a chunk.</summary>
    /// <param name="stored">As it is in the file.</param>
    /// <param name="mask">Bit n is set if filter n was not applied to this chunk.</param>
    /// <param name="values">Room of <see cref="BufferBytes"/>.</param>
    /// <param name="spare">Equally large buffer for intermediate results.</param>
    /// <param name="damage">The problem, for a message; null if there is none.</param>
    /// <returns>The chunk, in <paramref name="values"/> or, if there is nothing to undo, in <paramref name="stored"/>.</returns>
    internal ReadOnlySpan<byte> Undo(ReadOnlySpan<byte> stored, uint mask, Span<byte> values, Span<byte> spare, out string? damage)
    {
        var moves = 0;
        var checksums = 0;
        for (var n = 0; n < _filters.Count; n++)
        {
            var isUsed = (mask >> n & 1) == 0;
            moves += isUsed && _filters[n].Id != FilterId.Fletcher32 ? 1 : 0;
            checksums += isUsed && _filters[n].Id == FilterId.Fletcher32 ? 1 : 0;
        }
        for (var n = _filters.Count - 1; n >= 0; n--)
        {
            if ((mask >> n & 1) != 0)
            {
                continue;
            }
            var filter = _filters[n];
            if (filter.Id == FilterId.Fletcher32)
            {
                checksums--;
                if (!Fletcher32.IsRight(stored))
                {
                    damage = "fletcher32 data are damaged: their checksum is wrong";
                    return default;
                }
                stored = stored[..^Fletcher32.Bytes];
                continue;
            }
            // The last step writes to values.
            var room = moves-- % 2 == 1 ? values : spare;
            var bytes = filter.Id == FilterId.Shuffle ? stored.Length : _chunkBytes + Fletcher32.Bytes * checksums;
            if (bytes > room.Length)
            {
                break;
            }
            if (filter.Id == FilterId.Shuffle)
            {
                Shuffle.Undo(stored, room, (int)filter.Values[0]);
            }
            else if (Decoder(filter.Id)(stored, room[..bytes]) != bytes)
            {
                damage = $"{Hdf5Filter.NameOf(filter.Id)} data are damaged: they do not unpack to {bytes} bytes";
                return default;
            }
            stored = room[..bytes];
        }
        damage = stored.Length == _chunkBytes ? null : $"it is damaged: it has {stored.Length} bytes, not {_chunkBytes}";
        return stored;
    }

    /// <returns>Null if the filter does not compress or is not ours.</returns>
    private static delegate*<ReadOnlySpan<byte>, Span<byte>, int> Decoder(int id) => id switch
    {
        FilterId.Deflate => &Deflate.Decode,
        FilterId.Lzf => &Lzf.Decode,
        FilterId.Lz4 => &Lz4.Decode,
        FilterId.Zstd => &Zstd.Decode,
        _ => null,
    };
}
