using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Pipelines.Planes;

/// <summary>
/// A dataset that stays open while its planes are read: a chunk that several planes share is unpacked once. After a failure it is opened
/// again, because an open handle of a file that another machine replaced stays stale.
/// </summary>
internal sealed class KeptSource(PlannedDataset dataset, Hdf5ReadOptions reading) : IDisposable
{
    private PlaneSource? _source;

    public PlannedDataset Dataset => dataset;

    /// <summary>Reads; what the disk refuses for a moment is tried again.</summary>
    public T Use<T>(Func<PlaneSource, T> read, CancellationToken stop = default) => reading.Retry.Run(
        () =>
        {
            try
            {
                return read(_source ??= new PlaneSource(dataset, reading));
            }
            catch
            {
                Dispose();
                throw;
            }
        },
        stop);

    public void Dispose()
    {
        _source?.Dispose();
        _source = null;
    }
}
