using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Progress;
using SrBatch.Storage.Crashes;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Claims;

/// <summary>
/// A file that says which process works on something, so that two tasks do not do the same work. It only saves work: outputs are correct
/// whatever happens to claims. Disposing it deletes the file; the claim of a dead process is taken over.
/// </summary>
public sealed class Claim : IDisposable
{
    /// <summary>How often a holder must <see cref="Beat"/>.</summary>
    public static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(15);

    /// <summary>
    /// A holder on another machine is considered dead when its claim is older than this, by the clock of the disk. Longer than the delays
    /// of network disks.
    /// </summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(2);

    private readonly string _path;
    private readonly byte[] _text;
    private readonly FileStream _file;

    private Claim(string path, Claimant holder, byte[] text, FileStream file)
    {
        _path = path;
        Holder = holder;
        _text = text;
        _file = file;
    }

    /// <summary>This process.</summary>
    public Claimant Holder { get; }

    /// <summary>Takes a claim that nobody holds or whose holder is dead.</summary>
    /// <param name="path">The claim's file; see <see cref="ClaimFolder"/>.</param>
    /// <param name="me">This process.</param>
    /// <param name="takeOver">Maps a dead holder to the new one; usually returns <paramref name="me"/>.</param>
    /// <returns>Null if another process holds it.</returns>
    /// <exception cref="SrBatchException">The disk refused it (exit 74).</exception>
    public static Claim? TryTake(string path, Claimant me, Func<Claimant, Claimant>? takeOver = null)
    {
        path = Path.GetFullPath(path);
        while (true)
        {
            if (TryCreate(path, me) is { } claim)
            {
                return claim;
            }
            if (Read(path) is not var (holder, text))
            {
                continue; // given back meanwhile
            }
            if (IsAlive(path, holder, me))
            {
                return null;
            }
            if (TakeAway(path, text) && holder is not null)
            {
                me = takeOver?.Invoke(holder) ?? me;
            }
        }
    }

    /// <summary>Describes this process, working on <paramref name="work"/> and belonging to no job.</summary>
    public static Claimant ThisProcess(string work, DateTimeOffset since) => new()
    {
        Work = work,
        Machine = TemporaryName.Machine,
        Process = Environment.ProcessId,
        ProcessStart = RunningProcess.OwnStart,
        Node = Environment.MachineName,
        Since = since,
        OutOfMemoryKills = OutOfMemory.Kills(),
    };

    /// <returns>The holder; null if there is none or the file cannot be read.</returns>
    public static Claimant? HolderOf(string path)
    {
        try
        {
            return Read(Path.GetFullPath(path))?.Holder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>True if its process runs on this machine, so that it can be looked up.</summary>
    public static bool IsOfThisMachine(Claimant holder) => holder.Machine == TemporaryName.Machine;

    /// <summary>Whether the holder is alive, as far as this process can tell.</summary>
    /// <param name="path">The claim's file.</param>
    /// <param name="holder">Its content; null if it is unreadable.</param>
    /// <param name="me">This process.</param>
    public static bool IsAlive(string path, Claimant? holder, Claimant me) =>
        (holder?.IsEarlierStartOf(me) != true || IsOfThisMachine(holder)) && IsAlive(path, holder);

    /// <inheritdoc cref="IsAlive(string, Claimant, Claimant)"/>
    /// <param name="path">The claim's file.</param>
    /// <param name="holder">Its content; null if it is unreadable.</param>
    /// <param name="clock">See <see cref="ClaimFolder.Clock"/>, asked only if it matters; null: the clock of the claim's folder.</param>
    public static bool IsAlive(string path, Claimant? holder, Lazy<DateTime>? clock = null) => holder is not null && IsOfThisMachine(holder)
        ? RunningProcess.IsAlive(holder.Process, holder.ProcessStart)
        : (clock ?? ClockOf(path)).Value - File.GetLastWriteTimeUtc(path) <= LostAfter;

    /// <summary>Shows other machines that the holder is alive: writes the file, so that the disk updates its time.</summary>
    public void Beat()
    {
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, _text, 0);
            RandomAccess.FlushToDisk(_file.SafeFileHandle);
        }
        catch (IOException)
        {
            // Another process took the claim while this one was suspended, or the disk is full: the next beat may work, and no output
            // depends on it.
        }
    }

    /// <summary>Gives the claim back.</summary>
    public void Dispose()
    {
        _file.Dispose();
        try
        {
            if (Read(_path) is var (_, text) && text.AsSpan().SequenceEqual(_text))
            {
                File.Delete(_path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The work has ended and its result matters more. A claim of a dead process stops nobody.
        }
    }

    private static Lazy<DateTime> ClockOf(string path) => new(() => ClaimFolder.Clock(Path.GetDirectoryName(path)!));

    private static Claim? TryCreate(string path, Claimant me)
    {
        try
        {
            using var staged = AtomicFile.Stage(path);
            var text = JsonSerializer.SerializeToUtf8Bytes(me, ClaimantJson.Default.Claimant);
            // Stays open while the claim is held. Opening it by name for each beat could touch another process's claim.
            const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;
            var file = new FileStream(staged.Path, FileMode.CreateNew, FileAccess.Write, Shared, bufferSize: 0);
            try
            {
                file.Write(text);
                if (staged.CommitNewUnflushed())
                {
                    return new Claim(path, me, text, file);
                }
            }
            catch
            {
                file.Dispose();
                throw;
            }
            file.Dispose();
            return null;
        }
        catch (Exception e) when (DiskError.Of(path, e) is { } error)
        {
            throw error;
        }
    }

    /// <returns>Null if the file does not exist.</returns>
    private static (Claimant? Holder, byte[] Text)? Read(string path)
    {
        byte[] text;
        try
        {
            text = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, []); // its age decides
        }
        try
        {
            return (JsonSerializer.Deserialize(text, ClaimantJson.Default.Claimant), text);
        }
        catch (JsonException)
        {
            return (null, text); // written by another version, or cut short by a power cut: its age decides
        }
    }

    /// <summary>Removes the file of a dead holder.</summary>
    /// <returns>False if another process was faster: the file is now that process's claim.</returns>
    private static bool TakeAway(string path, byte[] dead)
    {
        var aside = TemporaryName.For(path);
        try
        {
            File.Move(path, aside);
            // A claim that could not be read before, and cannot be read now, is the same.
            var isDead = Read(aside) is var (_, text) && text.AsSpan().SequenceEqual(dead);
            if (isDead || Libc.link(aside, path) == 0 || File.Exists(path))
            {
                File.Delete(aside);
            }
            else
            {
                File.Move(aside, path, overwrite: true); // the disk has no hard links, or allows none to files of others
            }
            return isDead;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (DiskError.Of(path, e) is { } error)
        {
            throw error;
        }
    }
}
