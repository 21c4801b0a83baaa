using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Chunks;
using SrBatch.Storage.Hdf5.Filters;
using SrBatch.Storage.Hdf5.Links;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Coverages;

/// <summary>
/// Which values of a dataset were ever written, as the index of its file tells it; no value is read. Others read as the fill value. All
/// calls are made under the library's lock.
/// </summary>
internal abstract class Coverage
{
    /// <summary>True if every value was written, as far as the index tells.</summary>
    internal virtual bool IsWhole => false;

    /// <summary>True if no value was written.</summary>
    internal virtual bool IsEmpty => false;

    /// <summary>True if the dataset must stay open.</summary>
    internal virtual bool NeedsDataset => false;

    /// <summary>Number of values of a box of at least one value that were never written.</summary>
    internal abstract long Missing(Hdf5Box box);

    /// <returns>A file that fills a part of the box and is not there; libhdf5 read the fill value instead. Null: none.</returns>
    internal virtual string? Gone(Hdf5Box box) => null;

    /// <summary>Adds to a fault where the values of a box are, if they are in other datasets.</summary>
    internal virtual SrBatchException Located(SrBatchException fault, Hdf5Box box) => fault;

    /// <param name="dataset">The dataset; it must stay open if <see cref="NeedsDataset"/>.</param>
    /// <param name="guard">The guard of its file.</param>
    internal static Coverage Of(Hdf5Handle dataset, LinkGuard guard)
    {
        using var creation = Hdf5Handle.List(H5D.get_create_plist(dataset.Id));
        using var space = Hdf5Handle.Space(H5D.get_space(dataset.Id));
        if (creation.IsInvalid || space.IsInvalid || H5P.get_external_count(creation.Id) > 0)
        {
            return new WholeCoverage();
        }
        var shape = Hdf5Space.LengthsOf(space.Id);
        if (H5P.get_layout(creation.Id) == H5D.Virtual)
        {
            return new VirtualCoverage(dataset, guard, VirtualMapping.ListOf(creation) ?? [], shape);
        }
        if (H5D.get_storage_size(dataset.Id) == 0)
        {
            return new EmptyCoverage();
        }
        if (ChunkLayout.Of(creation, shape.Length, 1, Hdf5Filter.ListOf(creation)) is not { } layout)
        {
            return new WholeCoverage();
        }
        var grid = new ChunkGrid(shape, layout.Lengths);
        var written = H5D.get_num_chunks(dataset.Id, space.Id);
        _ = H5E.clear(H5E.Default);
        // A grid that cannot be counted fits no disk; its size is refused.
        return !grid.IsCountable || shape.Contains(0) || written >= grid.CountUnder(new long[shape.Length], shape)
            ? new WholeCoverage()
            : new ChunkCoverage(dataset, grid, shape, written);
    }
}
