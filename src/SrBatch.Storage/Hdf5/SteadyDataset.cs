using SrBatch.Core.Errors;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Hdf5;

/// <summary>
/// A dataset that is read on through a disk that forgets the file for a moment (ESTALE after a server's restart or a moved file): the file is
/// closed, opened again, and read once more. One caller at a time.
/// </summary>
public sealed class SteadyDataset : IDisposable
{
    private readonly string _path;
    private readonly string _name;
    private readonly long? _cacheBytes;
    private readonly Hdf5ReadOptions _reading;
    private Hdf5File? _file;
    private Hdf5Dataset? _dataset;

    /// <param name="path">Path of the file.</param>
    /// <param name="dataset">Path inside it.</param>
    /// <param name="cacheBytes">See <see cref="Hdf5File.OpenDataset"/>.</param>
    /// <param name="reading">How the file is opened, each time.</param>
    /// <exception cref="SrBatchException">As <see cref="Hdf5File.OpenRead"/> and <see cref="Hdf5File.OpenDataset"/>.</exception>
    public SteadyDataset(string path, string dataset, long? cacheBytes, Hdf5ReadOptions reading)
    {
        _path = path;
        _name = dataset;
        _cacheBytes = cacheBytes;
        _reading = reading;
        reading.Retry.Run(Reopen);
    }

    /// <summary>As it is open now; another after a reading that failed for a moment.</summary>
    public Hdf5Dataset Current => _dataset!;

    /// <inheritdoc cref="Hdf5Dataset.Read(ReadOnlySpan{long}, ReadOnlySpan{long}, Span{float})"/>
    public void Read(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<float> destination)
    {
        // A failure that passes costs nothing until it happens; spans cannot go into what the retry runs, so only the opening does.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Current.Read(start, count, destination);
                return;
            }
            catch (SrBatchException e) when (attempt < SharedDiskRetry.MostAttempts && SharedDiskRetry.IsTransient(e))
            {
                var isFirst = true;
                _reading.Retry.Run(() =>
                {
                    // The failure itself goes through the retry, which tells of it and waits, before the file is opened again.
                    if (isFirst)
                    {
                        isFirst = false;
                        throw new SrBatchException(e.ExitCode, e.Message, e);
                    }
                    Reopen();
                });
            }
        }
    }

    public void Dispose()
    {
        _dataset?.Dispose();
        _file?.Dispose();
        _dataset = null;
        _file = null;
    }

    private void Reopen()
    {
        // libhdf5 shares what is open of a file: with one handle left, a new one would be as stale.
        Dispose();
        try
        {
            _file = Hdf5File.OpenRead(_path, _reading);
            _dataset = _file.OpenDataset(_name, _cacheBytes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }
}
