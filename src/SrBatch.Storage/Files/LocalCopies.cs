using System.Globalization;
using SrBatch.Core.Planning;

namespace SrBatch.Storage.Files;

/// <summary>
/// Copies of input files in a folder on a disk of this node, from which they are read faster than from a shared disk. They have hidden
/// temporary names; disposing this deletes them, and the next process that uses the folder deletes those of killed ones. What does not
/// fit is read where it is. Safe to use from several threads.
/// </summary>
public sealed class LocalCopies : IDisposable
{
    /// <summary>Copies of other processes that nobody has touched for so long are abandoned, even if the process cannot be seen.</summary>
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    private readonly Dictionary<string, LocalCopy> _copies = new(StringComparer.Ordinal);
    private readonly Action<string> _warn;
    private readonly Action<string> _done;
    private readonly long _most;
    private bool _isUnusable, _hasWarned;
    private long _used, _uses, _copied, _bytes;

    /// <param name="folder">Must exist.</param>
    /// <param name="processes">Processes on this node that use the folder at the same time.</param>
    /// <param name="warn">Receives one warning, if the folder cannot be used or has no room.</param>
    /// <param name="done">Receives a line at the end, which says how much was copied.</param>
    /// <param name="most">Most bytes of copies; null: half of the disk's free space, divided by the processes.</param>
    public LocalCopies(string folder, int processes, Action<string> warn, Action<string> done, long? most = null)
    {
        (Folder, _warn, _done) = (Path.GetFullPath(folder), warn, done);
        try
        {
            if (!Directory.Exists(Folder))
            {
                // Where the node's disk is not mounted, creating it would fill the system's disk.
                throw new DirectoryNotFoundException("It does not exist.");
            }
            // The other half is for outputs and for what else the node does.
            _most = most ?? (new DriveInfo(Folder).AvailableFreeSpace / 2 / processes);
            foreach (var abandoned in StaleTemporaries.Find(Folder, AbandonedAfter))
            {
                Delete(abandoned);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUp(e.Message);
        }
    }

    public string Folder { get; }

    /// <summary>Whether an output of a size can be made here.</summary>
    public bool HasRoomFor(long bytes)
    {
        try
        {
            return !_isUnusable && new DriveInfo(Folder).AvailableFreeSpace / 2 > bytes;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Finds the copy of a file as it is now.</summary>
    /// <param name="file">Absolute path.</param>
    /// <param name="dataset">The copy counts only if <see cref="Make"/> was told that it holds this dataset.</param>
    /// <returns>Null if there is none yet.</returns>
    internal string? Find(string file, string dataset)
    {
        var copy = Of(file);
        lock (copy)
        {
            return copy.Datasets.Contains(dataset) && copy.Path is { } path && copy.Stamp == FileStamps.Of(file) ? path : null;
        }
    }

    /// <summary>Copies a file if it fits and does not change meanwhile.</summary>
    /// <param name="file">Absolute path.</param>
    /// <param name="dataset">What will be read of it.</param>
    /// <param name="isWhole">False if the dataset also needs other files: a copy would not find them.</param>
    /// <returns>Null: read it where it is.</returns>
    internal string? Make(string file, string dataset, bool isWhole)
    {
        var copy = Of(file);
        lock (copy)
        {
            copy.NeedsOthers |= !isWhole;
            if (!isWhole || _isUnusable)
            {
                return null;
            }
            var now = FileStamps.Of(file);
            if (copy.Path is null || copy.Stamp != now)
            {
                Drop(copy);
                if (now is not { } stamp)
                {
                    return null;
                }
                if (!TryReserve(stamp.Length))
                {
                    WarnOnce($"--stage {Folder} has no room for {file}, {stamp.Length} bytes, as at most {_most} are used there. "
                        + "Such files are read where they are.");
                    return null;
                }
                copy.Path = Copied(file, stamp);
                copy.Stamp = stamp;
                if (copy.Path is null)
                {
                    Interlocked.Add(ref _used, -stamp.Length);
                    return null;
                }
            }
            copy.Datasets.Add(dataset);
            return copy.Path;
        }
    }

    public void Dispose()
    {
        lock (_copies)
        {
            foreach (var copy in _copies.Values)
            {
                Drop(copy);
            }
        }
        var needing = _copies.Values.Count(copy => copy.NeedsOthers);
        var linked = needing == 0 ? "" : $"; {needing} that link to other files or are virtual were read where they are";
        _done(string.Create(CultureInfo.InvariantCulture, $"{_copied} files, {_bytes / 1e6:F1} MB, were copied to {Folder}{linked}"));
    }

    private LocalCopy Of(string file)
    {
        lock (_copies)
        {
            if (!_copies.TryGetValue(file, out var copy))
            {
                _copies[file] = copy = new LocalCopy();
            }
            copy.LastUse = ++_uses;
            return copy;
        }
    }

    /// <summary>Makes room: the copies that were not used for longest go. A reader that has one open can still read it.</summary>
    private bool TryReserve(long bytes)
    {
        if (bytes > _most)
        {
            return false; // no room that others leave is enough
        }
        lock (_copies)
        {
            foreach (var old in _copies.Values.Where(copy => copy.Path is not null).OrderBy(copy => copy.LastUse).ToArray())
            {
                if (Interlocked.Read(ref _used) + bytes <= _most)
                {
                    break;
                }
                // One that another thread is about to use stays.
                if (Monitor.TryEnter(old))
                {
                    Drop(old);
                    Monitor.Exit(old);
                }
            }
            if (Interlocked.Read(ref _used) + bytes > _most)
            {
                return false;
            }
            Interlocked.Add(ref _used, bytes);
            return true;
        }
    }

    private void Drop(LocalCopy copy)
    {
        if (copy.Path is { } path)
        {
            Delete(path);
            Interlocked.Add(ref _used, -copy.Stamp!.Value.Length);
        }
        copy.Path = null;
        copy.Datasets.Clear();
    }

    /// <returns>Null if the folder takes no more, or the file changed or could not be read: reading it where it is will tell.</returns>
    private string? Copied(string file, FileStamp stamp)
    {
        var path = TemporaryName.For(Path.Combine(Folder, Path.GetFileName(file)));
        FileStream source, target;
        try
        {
            source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        using (source)
        {
            try
            {
                target = new FileStream(path, ForOneself());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                GiveUp(e.Message);
                return null;
            }
            if (TryFill(source, target) && new FileInfo(path).Length == stamp.Length && FileStamps.Of(file) == stamp)
            {
                Interlocked.Increment(ref _copied);
                Interlocked.Add(ref _bytes, stamp.Length);
                return path;
            }
        }
        Delete(path);
        return null;
    }

#pragma warning disable CA1416 // srbatch is for Linux
    /// <summary>The folder may be everybody's: others must not read the images.</summary>
    private static FileStreamOptions ForOneself() => new()
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    };
#pragma warning restore CA1416

    private bool TryFill(FileStream source, FileStream target)
    {
        var buffer = new byte[1 << 20];
        using (target)
        {
            while (true)
            {
                int count;
                try
                {
                    count = source.Read(buffer);
                }
                catch (IOException)
                {
                    return false;
                }
                if (count == 0)
                {
                    return true;
                }
                try
                {
                    target.Write(buffer.AsSpan(0, count));
                    target.Flush();
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    GiveUp(e.Message);
                    return false;
                }
            }
        }
    }

    private void GiveUp(string reason)
    {
        _isUnusable = true;
        WarnOnce($"--stage {Folder} takes no more files: {reason} Files that are not there yet are read where they are.");
    }

    private void WarnOnce(string warning)
    {
        if (!Interlocked.Exchange(ref _hasWarned, true))
        {
            _warn(warning);
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's, or another process deleted it: the folder may be shared.
        }
    }
}
