using System.Collections.Concurrent;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Progress;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Claims;
using SrBatch.Storage.Crashes;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>
/// The images that this process works on. It claims them so that no other task does them meanwhile: tasks of the same shard share its
/// images. An image over which an attempt died comes last and alone, so that it costs no other image its result; an image over which two
/// attempts crashed is skipped. After a kill for lack of memory, the image is done with smaller windows; if that does not help either, and
/// although it was alone, it needs too much memory and fails.
/// </summary>
internal sealed class ImageClaims : IDisposable
{
    private const int MostDeaths = 2;

    /// <summary>The first may be due to images beside it; the others halve the windows until they cannot be smaller.</summary>
    private const int MostKills = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20), PollInterval = TimeSpan.FromSeconds(1);

    private readonly RunFolder _run;
    private readonly RunContext _context;
    private readonly Lock _beating = new();
    private readonly ConcurrentDictionary<string, Claim> _held = new(StringComparer.Ordinal);

    /// <summary>Of images that failed because they end processes. If this one is ended too, its successor fails them at once.</summary>
    private readonly ConcurrentDictionary<string, Claim> _harmful = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Deaths, int Kills)> _earlier = new(StringComparer.Ordinal);
    private readonly ITimer _timer;

    public ImageClaims(RunFolder run, RunContext context)
    {
        _run = run;
        _context = context;
        _timer = context.Time.CreateTimer(_ => Beat(), null, Claim.BeatInterval, Claim.BeatInterval);
    }

    /// <summary>Claims images one after another, as they are asked for; leaves out those that are done or that others work on.</summary>
    public IEnumerable<PlannedImage> Take(IEnumerable<PlannedImage> images, CancellationToken stop)
    {
        var suspects = new List<PlannedImage>();
        foreach (PlannedImage image in images)
        {
            if (!TryTake(image))
            {
                continue;
            }
            (int deaths, int kills) = _earlier.GetValueOrDefault(image.Id);
            if ((deaths, kills) == (0, 0) || deaths >= MostDeaths || kills >= MostKills)
            {
                yield return image;
                continue;
            }
            // Given back until its turn: were it still held when the other suspect strikes, it would be blamed for that.
            Log.Suspect(_context.Log, image.Id);
            suspects.Add(image);
            Release(image);
        }
        foreach (PlannedImage image in suspects
            .OrderBy(image => _earlier[image.Id].Deaths)
            .ThenBy(image => Turn(_earlier[image.Id].Kills)))
        {
            while (!_held.IsEmpty)
            {
                stop.ThrowIfCancellationRequested();
                stop.WaitHandle.WaitOne(Patience);
            }
            if (TryTake(image))
            {
                yield return image;
            }
        }
    }

    /// <summary>
    /// Those first that were killed once, perhaps because of others; then one after another until it is done or has failed.
    /// </summary>
    private static int Turn(int kills) => kills <= 1 ? 0 : MostKills - kills + 1;

    /// <exception cref="SrBatchException">Exit code 65: two attempts crashed over it, or it needs too much memory.</exception>
    public void RequireHarmless(PlannedImage image)
    {
        if (_held.TryGetValue(image.Id, out Claim? killed) && killed.Holder.MemoryKills >= MostKills)
        {
            if (killed.Holder.MemoryKills == MostKills)
            {
                CrashMark.NoteDone();
            }
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"it needs more memory than this process may have: {killed.Holder.MemoryKills} attempts at it were killed, though it came "
                + "last and alone, and with smaller windows each time. Give the job more (sbatch --mem), or start fewer tasks on a node.");
        }
        if (_held.TryGetValue(image.Id, out Claim? claim) && claim.Holder.Deaths >= MostDeaths)
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{claim.Holder.Deaths} attempts in a row crashed while they worked on it, so it is skipped; "
                + "the next attempt tries it again.");
        }
    }

    /// <summary>How often attempts at an image, or at any image of this process, were killed for lack of memory.</summary>
    public int MemoryKills(PlannedImage image) => Math.Max(CrashMark.MemoryKills, _earlier.GetValueOrDefault(image.Id).Kills);

    /// <summary>Gives an image back that is done or failed.</summary>
    public void Release(PlannedImage image)
    {
        if (_held.TryRemove(image.Id, out Claim? claim))
        {
            if (claim.Holder.Deaths >= MostDeaths || claim.Holder.MemoryKills >= MostKills)
            {
                _harmful[image.Id] = claim;
            }
            else
            {
                Release(claim);
            }
            CrashMark.NoteClaims(!_held.IsEmpty);
        }
    }

    /// <summary>Waits until another task has done one of these images, or has given it up.</summary>
    /// <returns>These images; none when a signal came.</returns>
    public IReadOnlyList<PlannedImage> WaitForOthers(IReadOnlyList<PlannedImage> images, CancellationToken stop)
    {
        for (bool isLogged = false; !stop.IsCancellationRequested; stop.WaitHandle.WaitOne(PollInterval))
        {
            PlannedImage[] settled = [.. images.Where(image => File.Exists(_run.Image(image.Id)) || !IsTaken(image))];
            if (settled.Length > 0)
            {
                return settled;
            }
            if (!isLogged && Claim.HolderOf(PathOf(images[0])) is { } holder)
            {
                Log.WaitingForOthers(_context.Log, images.Count, images[0].Id, holder.Name, $"{holder.Since:yyyy-MM-ddTHH:mm:ssZ}");
                isLogged = true;
            }
        }
        return [];
    }

    public void Dispose()
    {
        _timer.Dispose();
        foreach (Claim claim in _held.Values.Concat(_harmful.Values))
        {
            Release(claim);
        }
        _held.Clear();
        _harmful.Clear();
        CrashMark.NoteClaims(any: false);
    }

    private bool TryTake(PlannedImage image)
    {
        if (File.Exists(_run.Image(image.Id)))
        {
            return false;
        }
        (int deaths, int kills) = _earlier.GetValueOrDefault(image.Id);
        Claimant me = _context.Claimant(image.Id) with { Deaths = deaths, MemoryKills = kills };
        if (Claim.TryTake(PathOf(image), me, After) is not { } claim)
        {
            return false;
        }
        if (File.Exists(_run.Image(image.Id)))
        {
            claim.Dispose(); // done between the first look and the claim
            return false;
        }
        _earlier[image.Id] = (claim.Holder.Deaths, claim.Holder.MemoryKills);
        _held[image.Id] = claim;
        CrashMark.NoteClaims(any: true);
        return true;

        Claimant After(Claimant dead) => me with
        {
            Deaths = dead.Deaths + (CrashMark.HasCrashed(dead.Process) ? 1 : 0),
            MemoryKills = CrashMark.WasKilled(dead.Process)
                ? dead.MemoryKills + 1
                : Math.Min(dead.MemoryKills + (IsKillForMemory(dead) ? 1 : 0), MostKills - 1), // this job may have more memory
        };
    }

    /// <summary>
    /// A process may have died because of its node or its user. Where no supervisor saw why, because Slurm kills that too, lack of memory
    /// killed it if it ran in a job on this machine and the kernel has ended a process here for that since.
    /// </summary>
    private static bool IsKillForMemory(Claimant dead) => !CrashMark.HasCrashed(dead.Process)
        && dead.OutOfMemoryKills is { } before
        && Claim.IsOfThisMachine(dead)
        && OutOfMemory.HappenedSince(before);

    private bool IsTaken(PlannedImage image) => Claim.HolderOf(PathOf(image)) is { } holder
        && Claim.IsAlive(PathOf(image), holder, _context.Claimant(image.Id));

    private string PathOf(PlannedImage image) => ClaimFolder.PathOf(_run.Image(image.Id));

    private void Release(Claim claim)
    {
        lock (_beating)
        {
            claim.Dispose();
        }
    }

    private void Beat()
    {
        foreach (string id in _held.Keys.Concat(_harmful.Keys))
        {
            lock (_beating)
            {
                if (_held.TryGetValue(id, out Claim? claim) || _harmful.TryGetValue(id, out claim))
                {
                    claim.Beat();
                }
            }
        }
    }
}
