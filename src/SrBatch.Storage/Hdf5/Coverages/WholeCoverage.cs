using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Coverages;

/// <summary>Every value was written.</summary>
internal sealed class WholeCoverage : Coverage
{
    internal override bool IsWhole => true;

    internal override long Missing(Hdf5Box box) => 0;
}
