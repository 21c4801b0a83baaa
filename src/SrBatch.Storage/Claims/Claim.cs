using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Progress;
using SrBatch.Storage.Crashes;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Claims;

/// <summary>
/// A file that says who is at work on something, so that two tasks do not do the same twice. It saves work and nothing more: outputs are right without it,
/// whatever becomes of claims. Disposed, it is gone; the claim of a process that died is taken over.
/// </summary>
public sealed class Claim : IDisposable
{
    /// <summary>How often a holder must <see cref="Beat"/>.</summary>
    public static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(15);

    /// <summary>A holder on another machine that has not been heard of for so long, by the disk's clock, is dead. Covers what network disks keep back.</summary>
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

    /// <summary>Takes what nobody holds, or a dead process held.</summary>
    /// <param name="path">The claim's file; see <see cref="ClaimFolder"/>.</param>
    /// <param name="me">This process.</param>
    /// <param name="takeOver">Given a dead holder, what to hold it as; usually <paramref name="me"/>.</param>
    /// <returns>Null: another is at work on it.</returns>
    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
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

    /// <summary>This process at <paramref name="work"/>, of no job.</summary>
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

    /// <returns>Who holds it; null: nobody, or who cannot be told.</returns>
    public static Claimant? HolderOf(string path) => Read(Path.GetFullPath(path))?.Holder;

    /// <summary>True when its process can be looked for here.</summary>
    public static bool IsOfThisMachine(Claimant holder) => holder.Machine == TemporaryName.Machine;

    /// <summary>Whether the holder is still there, as far as can be told from here.</summary>
    /// <param name="path">The claim's file.</param>
    /// <param name="holder">As it stands there; null: nothing readable does.</param>
    /// <param name="me">Who asks; null: somebody outside any job.</param>
    public static bool IsAlive(string path, Claimant? holder, Claimant? me = null)
    {
        if (holder is not null && IsOfThisMachine(holder))
        {
            return RunningProcess.IsAlive(holder.Process, holder.ProcessStart);
        }
        return !(me is not null && holder?.IsEarlierStartOf(me) == true)
            && !(DiskClock.Now(Path.GetDirectoryName(path)!) - File.GetLastWriteTimeUtc(path) > LostAfter);
    }

    /// <summary>Tells other machines that the holder is alive: the disk stamps the file anew.</summary>
    public void Beat()
    {
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, _text, 0);
            RandomAccess.FlushToDisk(_file.SafeFileHandle);
        }
        catch (IOException)
        {
            // Lost to another while this process was suspended, or the disk is full for a moment: the next beat may do, and no output depends on it.
        }
    }

    /// <summary>Gives it back.</summary>
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
            // The work is done or failed by now and that matters more; the claim of a dead process is nobody's obstacle.
        }
    }

    private static Claim? TryCreate(string path, Claimant me)
    {
        try
        {
            using var staged = AtomicFile.Stage(path);
            var text = JsonSerializer.SerializeToUtf8Bytes(me, ClaimantJson.Default.Claimant);
            // Open as long as it is held: were it written by its name, a beat could fall on another's claim.
            var file = new FileStream(staged.Path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
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

    /// <returns>Null when there is no such file.</returns>
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
        try
        {
            return (JsonSerializer.Deserialize(text, ClaimantJson.Default.Claimant), text);
        }
        catch (JsonException)
        {
            return (null, text); // another version's, or cut short by a power cut: its age tells
        }
    }

    /// <summary>Takes a dead holder's file out of the way.</summary>
    /// <returns>False when another was faster: what stands there now is its own.</returns>
    private static bool TakeAway(string path, byte[] dead)
    {
        var aside = TemporaryName.For(path);
        try
        {
            File.Move(path, aside);
            var isDead = File.ReadAllBytes(aside).AsSpan().SequenceEqual(dead);
            if (!isDead)
            {
                _ = Libc.link(aside, path);
            }
            File.Delete(aside);
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
