using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Coverages;

/// <summary>No value was written.</summary>
internal sealed class EmptyCoverage : Coverage
{
    internal override bool IsEmpty => true;

    internal override long Missing(Hdf5Box box) => box.Size;
}
