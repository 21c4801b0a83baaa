namespace SrBatch.Torch.Collectives;

/// <summary>Notices when a call waits too long for another rank: MPI and NCCL themselves wait for ever.</summary>
internal sealed class CollectiveWatch : IDisposable
{
    /// <summary>
    /// Longest that a call may take when the job is about to be killed. After a rank was killed, srun terminates the others, and they
    /// must end before Slurm's KillWait does.
    /// </summary>
    private static readonly TimeSpan LimitBeforeKill = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Timer _timer;
    private readonly CancellationTokenRegistration _registration;
    private TimeSpan _limit;
    private string? _call;

    /// <param name="limit">Longest that a call may take.</param>
    /// <param name="onHang">Receives the call's name and how long it waited, on another thread.</param>
    /// <param name="killIsNear">Set when the job is about to be killed.</param>
    public CollectiveWatch(TimeSpan limit, Action<string, TimeSpan> onHang, CancellationToken killIsNear)
    {
        _limit = limit;
        _timer = new Timer(_ =>
        {
            if (_call is { } call)
            {
                onHang(call, _limit);
            }
        });
        _registration = killIsNear.Register(Shorten);
    }

    /// <summary>Dispose the result when the call has returned.</summary>
    public Waiting Begin(string call)
    {
        lock (_lock)
        {
            _call = call;
            _timer.Change(_limit, Timeout.InfiniteTimeSpan);
        }
        return new Waiting(this);
    }

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
    }

    private void Shorten()
    {
        lock (_lock)
        {
            _limit = _limit < LimitBeforeKill ? _limit : LimitBeforeKill;
            if (_call is not null)
            {
                _timer.Change(_limit, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void End()
    {
        lock (_lock)
        {
            _call = null;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public readonly struct Waiting(CollectiveWatch watch) : IDisposable
    {
        public void Dispose() => watch.End();
    }
}
