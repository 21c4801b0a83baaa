namespace SrBatch.Storage.Files;

/// <summary>A file that is being written beside its final name. Disposing it without a commit deletes it.</summary>
public sealed class StagedFile : IDisposable
{
    private readonly string _target;
    private readonly string _beside;
    private bool _isDone;

    /// <param name="target">The final name.</param>
    /// <param name="elsewhere">Folder on a faster disk to write in; null: that of the final name.</param>
    internal StagedFile(string target, string? elsewhere = null)
    {
        _target = System.IO.Path.GetFullPath(target);
        _beside = TemporaryName.For(_target);
        Path = elsewhere is null ? _beside : TemporaryName.For(System.IO.Path.Combine(elsewhere, System.IO.Path.GetFileName(_target)));
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_target)!);
        }
        catch (Exception e) when (DiskError.Of(_target, e) is { } error)
        {
            throw error;
        }
    }

    /// <summary>The path to write to.</summary>
    public string Path { get; }

    /// <summary>Flushes the file to disk and gives it its final name, replacing an existing file.</summary>
    /// <exception cref="Core.Errors.SrBatchException">The disk refused it (exit 74).</exception>
    public void Commit() => Finish(() => File.Move(_beside, _target, overwrite: true));

    /// <summary>Like <see cref="Commit"/>, but never replaces an existing file.</summary>
    /// <returns>False if another task created the file first; this one is then deleted.</returns>
    /// <exception cref="Core.Errors.SrBatchException">The disk refused it (exit 74).</exception>
    public bool CommitNew()
    {
        var isFirst = false;
        Finish(() => isFirst = LinkNew());
        return isFirst;
    }

    /// <summary>
    /// Like <see cref="CommitNew"/>, but without flushing: a power cut may lose the file. For files that are useless after a power cut.
    /// </summary>
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
            File.Delete(_beside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Ignored: StaleTemporaries deletes the file later, and the error that brought us here matters more.
        }
    }

    private void Finish(Action name)
    {
        ObjectDisposedException.ThrowIf(_isDone, this);
        try
        {
            BringHome();
            using (var file = File.OpenHandle(_beside, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
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

    private void BringHome()
    {
        if (Path == _beside)
        {
            return;
        }
        using (var written = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20))
        using (var copy = new FileStream(_beside, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 1 << 20))
        {
            written.CopyTo(copy);
        }
        File.Delete(Path);
    }

    /// <summary>Uses a hard link, which fails if the target exists, or renameat2 on file systems without hard links.</summary>
    private bool LinkNew()
    {
        if (Libc.link(_beside, _target) == 0)
        {
            File.Delete(_beside);
            return true;
        }
        var errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
        if (errno is Libc.EPERM or Libc.ENOTSUP or Libc.ENOSYS)
        {
            if (Libc.renameat2(Libc.AT_FDCWD, _beside, Libc.AT_FDCWD, _target, Libc.RENAME_NOREPLACE) == 0)
            {
                return true;
            }
            errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
        }
        if (errno != Libc.EEXIST)
        {
            throw DiskError.Make(_target, errno);
        }
        File.Delete(_beside);
        return false;
    }

    /// <summary>Flushes the folder: only then does the new name survive a power cut.</summary>
    private static void SyncFolder(string folder)
    {
        var descriptor = Libc.open(folder, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC);
        if (descriptor >= 0)
        {
            // Some network disks cannot flush a folder. The file itself is on disk and has its name.
            _ = Libc.fsync(descriptor);
            _ = Libc.close(descriptor);
        }
    }
}
