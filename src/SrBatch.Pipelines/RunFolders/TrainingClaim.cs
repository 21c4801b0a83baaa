using SrBatch.Core.Progress;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Claims;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>The claim of a process that trains in a folder: two trainings at once would overwrite each other's checkpoints.</summary>
internal sealed class TrainingClaim : IDisposable
{
    private readonly Lock _beating = new();
    private readonly Claim _claim;
    private readonly ITimer _timer;
    private bool _isReleased;

    private TrainingClaim(Claim claim, TimeProvider time)
    {
        _claim = claim;
        _timer = time.CreateTimer(_ => Beat(), null, Claim.BeatInterval, Claim.BeatInterval);
    }

    /// <param name="folder">Where to train.</param>
    /// <param name="group">See <see cref="Claimant.Work"/>.</param>
    /// <param name="context">The world outside.</param>
    /// <param name="holder">The process that trains there already, if known.</param>
    /// <returns>Null when another process trains there.</returns>
    public static TrainingClaim? TryTake(ModelFolder folder, string? group, RunContext context, out Claimant? holder)
    {
        string path = ClaimFolder.PathOf(folder.Model);
        holder = null;
        if (Claim.TryTake(path, context.Claimant(group ?? "")) is { } claim)
        {
            return new TrainingClaim(claim, context.Time);
        }
        holder = Claim.HolderOf(path);
        return null;
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_beating)
        {
            _isReleased = true;
            _claim.Dispose();
        }
    }

    private void Beat()
    {
        lock (_beating)
        {
            if (!_isReleased)
            {
                _claim.Beat();
            }
        }
    }
}
