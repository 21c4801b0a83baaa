using SrBatch.Storage.Hdf5.Chunks;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Coverages;

/// <summary>Some chunks were never written.</summary>
/// <param name="dataset">The dataset; it must stay open.</param>
/// <param name="grid">Its chunks.</param>
/// <param name="written">Number of chunks in the index; negative: unknown.</param>
internal sealed class ChunkCoverage(Hdf5Handle dataset, ChunkGrid grid, long written) : Coverage
{
    /// <summary>
    /// Of more chunks under a box, which is then most of a dataset, only the number is used. Each look-up takes up to 15 us.
    /// </summary>
    private const int MostLookedUp = 20_000;

    internal override long Missing(Hdf5Box box)
    {
        var part = new ChunkPart(stackalloc long[3 * box.Count.Length]);
        var chunks = grid.CountUnder(box.Start, box.Count);
        if (chunks > MostLookedUp && written >= 0)
        {
            return (long)Math.Max(1, Math.Max(0, chunks - written) / (double)chunks * box.Size);
        }
        var missing = 0L;
        for (var n = 0L; n < chunks; n++)
        {
            grid.Locate(box.Start, box.Count, n, ref part);
            // A chunk that cannot be looked up is damaged; reading it says so.
            if (StoredChunk.SizeOf(dataset, part.Origin) == 0)
            {
                missing += new Hdf5Box(part.Start.ToArray(), part.Count.ToArray()).Size;
            }
        }
        return missing;
    }
}
