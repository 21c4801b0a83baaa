using System.Diagnostics;
using SrBatch.Core.Errors;

namespace SrBatch.Storage.Files;

/// <summary>
/// Passes a few bytes from one process to others that share only a folder. On network disks the file may appear on other nodes with a
/// delay: on NFS by default within a minute.
/// </summary>
/// <param name="path">A path used only once: a file from an earlier handover must not be mistaken for this one.</param>
/// <param name="limit">Longest wait for the process that writes.</param>
public sealed class HandoverFile(string path, TimeSpan limit) : IDisposable
{
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(1);

    private bool _isOurs;

    /// <param name="own">The bytes, in the process that writes; null in the others.</param>
    /// <returns>The bytes that were written.</returns>
    /// <exception cref="SrBatchException">The bytes were not written in time (exit 69), or the disk refused (exit 74).</exception>
    public byte[] Share(byte[]? own)
    {
        if (own is not null)
        {
            AtomicFile.WriteBytes(path, own);
            _isOurs = true;
            return own;
        }
        var waited = Stopwatch.StartNew();
        for (TimeSpan pause = TimeSpan.FromMilliseconds(10); ; pause = pause * 2 < MostPause ? pause * 2 : MostPause)
        {
            try
            {
                return File.ReadAllBytes(path);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                if (waited.Elapsed > limit)
                {
                    throw new SrBatchException(
                        ExitCode.Unavailable,
                        $"{path}: rank 0 has not written it within {limit.TotalSeconds:F0} s. "
                        + "Its log may tell why; or this node does not see the same folder.");
                }
            }
            catch (Exception e) when (DiskError.Of(path, e) is { } error)
            {
                throw error;
            }
            Thread.Sleep(pause);
        }
    }

    /// <summary>Deletes the file if this process wrote it. Call it once all processes have read it.</summary>
    public void Dispose()
    {
        if (_isOurs)
        {
            _isOurs = false;
            File.Delete(path);
        }
    }
}
