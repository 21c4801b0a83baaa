using SrBatch.Storage.Hdf5.Chunks;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Coverages;

/// <summary>Some chunks were never written.</summary>
internal sealed class ChunkCoverage : Coverage
{
    /// <summary>Of that many chunks at most, all are looked up at once. Each look-up takes up to 15 us.</summary>
    private const int MostLookedUp = 20_000;

    /// <summary>
    /// Of at most that many chunks in the index, the index itself is listed. Else the library is asked, which is faster, but calls a chunk
    /// without filters written if it holds the chunk in memory, as it does after it read it for a virtual dataset (1.10.8).
    /// </summary>
    private const int MostIndexed = 1000;

    private readonly Hdf5Handle _dataset;
    private readonly ChunkGrid _grid;
    private readonly Hdf5Box _whole;

    /// <summary>Number of chunks in the index; negative: unknown.</summary>
    private readonly long _count;

    /// <summary>The places of the written chunks in the grid, in order; null: they are too many.</summary>
    private readonly long[]? _written;

    /// <param name="dataset">The dataset; it must stay open if <see cref="NeedsDataset"/>.</param>
    /// <param name="grid">Its chunks.</param>
    /// <param name="shape">Lengths of its axes.</param>
    /// <param name="count">Number of chunks in the index; negative: unknown.</param>
    internal ChunkCoverage(Hdf5Handle dataset, ChunkGrid grid, long[] shape, long count)
    {
        _dataset = dataset;
        _grid = grid;
        _whole = new Hdf5Box(new long[shape.Length], shape);
        _count = count;
        _written = count is >= 0 and <= MostIndexed ? Indexed() : null;
        _written ??= Chunks <= MostLookedUp ? LookedUp(_whole).ToArray() : null;
    }

    internal override bool NeedsDataset => _written is null;

    private long Chunks => _grid.CountUnder(_whole.Start, _whole.Count);

    internal override long Missing(Hdf5Box box)
    {
        var chunks = _grid.CountUnder(box.Start, box.Count);
        if (_written is null && _count >= 0 && box.Size == _whole.Size)
        {
            // Chunks at the far ends count as whole ones.
            return (long)Math.Max(1, (chunks - _count) / (double)chunks * box.Size);
        }
        var part = new ChunkPart(stackalloc long[3 * box.Count.Length]);
        var missing = box.Size;
        if (_written is null || chunks <= _written.Length)
        {
            for (var n = 0L; n < chunks; n++)
            {
                _grid.Locate(box.Start, box.Count, n, ref part);
                missing -= IsWritten(part) ? new Hdf5Box(part.Start.ToArray(), part.Count.ToArray()).Size : 0;
            }
            return missing;
        }
        foreach (var number in _written)
        {
            _grid.Locate(_whole.Start, _whole.Count, number, ref part);
            missing -= new Hdf5Box(part.Start.ToArray(), part.Count.ToArray()).Within(box)?.Size ?? 0;
        }
        return missing;
    }

    /// <remarks>A chunk that cannot be looked up is damaged; reading it says so.</remarks>
    private bool IsWritten(ChunkPart part) =>
        _written is null ? StoredChunk.SizeOf(_dataset, part.Origin) != 0 : Array.BinarySearch(_written, part.Number) >= 0;

    private List<long> LookedUp(Hdf5Box box)
    {
        var part = new ChunkPart(stackalloc long[3 * box.Count.Length]);
        List<long> written = [];
        for (var n = 0L; n < Chunks; n++)
        {
            _grid.Locate(box.Start, box.Count, n, ref part);
            if (StoredChunk.SizeOf(_dataset, part.Origin) != 0)
            {
                written.Add(part.Number);
            }
        }
        return written;
    }

    /// <returns>Null if the index cannot be listed.</returns>
    private long[]? Indexed()
    {
        long[] one = [.. _whole.Count.Select(_ => 1L)], origin = new long[one.Length];
        var part = new ChunkPart(stackalloc long[3 * one.Length]);
        var written = new long[_count];
        using var space = Hdf5Handle.Space(H5D.get_space(_dataset.Id));
        for (var n = 0; n < written.Length; n++)
        {
            if (!H5D.TryGetChunkOrigin(_dataset.Id, space.Id, n, origin))
            {
                _ = H5E.clear(H5E.Default);
                return null;
            }
            _grid.Locate(origin, one, 0, ref part);
            written[n] = part.Number;
        }
        Array.Sort(written);
        return written;
    }
}
