using System.Diagnostics;
using SrBatch.Core.Errors;

namespace SrBatch.Storage.Files;

/// <summary>
/// Hands a few bytes from one process to others that share nothing but a folder. Network disks may show the file to other nodes as late as their caches allow:
/// NFS by default within a minute.
/// </summary>
/// <param name="path">Of this occasion only: what an earlier one left must not be taken for this one's.</param>
/// <param name="limit">Longest wait for the one that gives.</param>
public sealed class HandoverFile(string path, TimeSpan limit) : IDisposable
{
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(1);

    private bool _isOurs;

    /// <param name="own">Of the process that gives; the others pass null.</param>
    /// <returns>What it gave.</returns>
    /// <exception cref="SrBatchException">Exit code 69: it gave nothing in time; 74: the disk refused.</exception>
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
                    throw new SrBatchException(ExitCode.Unavailable, $"{path}: rank 0 has not written it within {limit.TotalSeconds:F0} s. Its log may tell why; or this node does not see the same folder.");
                }
            }
            catch (Exception e) when (DiskError.Of(path, e) is { } error)
            {
                throw error;
            }
            Thread.Sleep(pause);
        }
    }

    /// <summary>Deletes the file, where this process wrote it: when all have what was in it.</summary>
    public void Dispose()
    {
        if (_isOurs)
        {
            _isOurs = false;
            File.Delete(path);
        }
    }
}
