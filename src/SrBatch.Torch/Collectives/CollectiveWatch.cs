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
    private readonly RankNotes? _notes;
    private Task _noting = Task.CompletedTask;
    private TimeSpan _limit;
    private string? _call;
    private bool _isNoted;

    /// <param name="limit">Longest that a call may take.</param>
    /// <param name="onHang">Receives the call's name and how long it waited, on another thread.</param>
    /// <param name="killIsNear">Set when the job is about to be killed.</param>
    /// <param name="notes">Gets a note after half the time, so that all ranks that wait have one when the time is over.</param>
    public CollectiveWatch(TimeSpan limit, Action<string, TimeSpan> onHang, CancellationToken killIsNear, RankNotes? notes = null)
    {
        _limit = limit;
        _notes = notes;
        _timer = new Timer(_ => Elapsed(onHang));
        _registration = killIsNear.Register(Shorten);
    }

    /// <summary>Dispose the result when the call has returned.</summary>
    public Waiting Begin(string call)
    {
        lock (_lock)
        {
            _call = call;
            _timer.Change(_limit / 2, Timeout.InfiniteTimeSpan);
        }
        return new Waiting(this);
    }

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
        _noting.Wait(RankNotes.Patience);
    }

    /// <summary>Neither the call nor the watch waits for a disk that hangs.</summary>
    private void Note(Action? note)
    {
        if (note is not null)
        {
            _noting = _noting.ContinueWith(_ => note(), CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private void Elapsed(Action<string, TimeSpan> onHang)
    {
        string? hung;
        lock (_lock)
        {
            hung = _isNoted ? _call : null;
            if (_call is not null && !_isNoted)
            {
                _isNoted = true;
                Note(_notes?.Waits);
                _timer.Change(_limit / 2, Timeout.InfiniteTimeSpan);
            }
        }
        if (hung is not null)
        {
            onHang(hung, _limit);
        }
    }

    private void Shorten()
    {
        lock (_lock)
        {
            _limit = _limit < LimitBeforeKill ? _limit : LimitBeforeKill;
            if (_call is not null)
            {
                _timer.Change(_limit / 2, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void End()
    {
        lock (_lock)
        {
            _call = null;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (_isNoted)
            {
                _isNoted = false;
                Note(_notes?.GoesOn);
            }
        }
    }

    public readonly struct Waiting(CollectiveWatch watch) : IDisposable
    {
        public void Dispose() => watch.End();
    }
}
