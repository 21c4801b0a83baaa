namespace SrBatch.Storage.Files;

/// <summary>A file being written beside its final name. Disposed without a commit, it is deleted.</summary>
public sealed class StagedFile : IDisposable
{
    private readonly string _target;
    private bool _isDone;

    internal StagedFile(string target)
    {
        _target = System.IO.Path.GetFullPath(target);
        Path = TemporaryName.For(_target);
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_target)!);
        }
        catch (Exception e) when (DiskError.Of(_target, e) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Where to write; in the folder of the final name.</summary>
    public string Path { get; }

    /// <summary>Forces the file to disk and gives it its final name, over what was there.</summary>
    /// <exception cref="Core.Errors.SrBatchException">The disk refused (exit 74).</exception>
    public void Commit() => Finish(() => File.Move(Path, _target, overwrite: true));

    /// <summary>As <see cref="Commit"/>, but never over a file that is there.</summary>
    /// <returns>False when another task was first; this one's file is then gone.</returns>
    /// <exception cref="Core.Errors.SrBatchException">The disk refused (exit 74).</exception>
    public bool CommitNew()
    {
        var isFirst = false;
        Finish(() => isFirst = LinkNew());
        return isFirst;
    }

    /// <summary>As <see cref="CommitNew"/>, but a power cut may take the file: as suits one that is of no use then.</summary>
    internal bool CommitNewUnflushed()
    {
        ObjectDisposedException.ThrowIf(_isDone, this);
        var isFirst = LinkNew();
        _isDone = true;
        return isFirst;
    }

    public void Dispose()
    {
        if (_isDone)
        {
            return;
        }
        _isDone = true;
        try
        {
            File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Left for StaleTemporaries: the reason why we are here matters more.
        }
    }

    private void Finish(Action name)
    {
        ObjectDisposedException.ThrowIf(_isDone, this);
        try
        {
            using (var file = File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
            {
                RandomAccess.FlushToDisk(file);
            }
            name();
            _isDone = true;
            SyncFolder(System.IO.Path.GetDirectoryName(_target)!);
        }
        catch (Exception e) when (DiskError.Of(_target, e) is { } error)
        {
            throw error;
        }
    }

    /// <summary>A link fails where a rename would overwrite; renameat2 serves where the file system has no links.</summary>
    private bool LinkNew()
    {
        if (Libc.link(Path, _target) == 0)
        {
            File.Delete(Path);
            return true;
        }
        var errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
        if (errno is Libc.EPERM or Libc.ENOTSUP or Libc.ENOSYS)
        {
            if (Libc.renameat2(Libc.AT_FDCWD, Path, Libc.AT_FDCWD, _target, Libc.RENAME_NOREPLACE) == 0)
            {
                return true;
            }
            errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
        }
        if (errno != Libc.EEXIST)
        {
            throw DiskError.Make(_target, errno);
        }
        File.Delete(Path);
        return false;
    }

    /// <summary>The new name itself survives a power cut only when its folder is on disk too.</summary>
    private static void SyncFolder(string folder)
    {
        var descriptor = Libc.open(folder, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC);
        if (descriptor >= 0)
        {
            // Some network disks refuse to sync a folder; the file itself is safe and named by now.
            _ = Libc.fsync(descriptor);
            _ = Libc.close(descriptor);
        }
    }
}
