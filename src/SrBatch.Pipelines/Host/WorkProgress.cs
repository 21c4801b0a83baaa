namespace SrBatch.Pipelines.Host;

/// <summary>Progress of a verb's work, one piece at a time. Pipelines count what is done, from any thread; the program shows it.</summary>
public sealed class WorkProgress(TimeProvider time)
{
    private readonly Lock _lock = new();
    private Piece? _piece;

    /// <summary>Called when a piece of work begins.</summary>
    public Action Began { get; init; } = () => { };

    /// <summary>Called when a piece of work ends, before its pipeline goes on.</summary>
    public Action Ended { get; init; } = () => { };

    /// <summary>Null between two pieces of work.</summary>
    public ProgressState? State
    {
        get
        {
            lock (_lock)
            {
                return _piece?.State(time);
            }
        }
    }

    /// <param name="work">See <see cref="ProgressState.Work"/>.</param>
    /// <param name="unit">See <see cref="ProgressState.Unit"/>.</param>
    /// <param name="total">In units.</param>
    /// <param name="done">Units that earlier attempts did; they do not count in the rate.</param>
    /// <returns>Ends the work when disposed.</returns>
    public IDisposable Begin(string work, string unit, double total, double done = 0)
    {
        var piece = new Piece(this, work, unit, done, time.GetTimestamp()) { Total = total };
        lock (_lock)
        {
            _piece = piece;
        }
        Began();
        return piece;
    }

    /// <summary>Counts units as done.</summary>
    public void Advance(double units = 1)
    {
        lock (_lock)
        {
            if (_piece is { } piece)
            {
                piece.Done += units;
            }
        }
    }

    /// <summary>Takes units out of the total: they need not be done.</summary>
    public void Skip(double units)
    {
        lock (_lock)
        {
            if (_piece is { } piece)
            {
                piece.Total -= units;
            }
        }
    }

    private void End(Piece piece)
    {
        lock (_lock)
        {
            if (_piece != piece)
            {
                return;
            }
            _piece = null;
        }
        Ended();
    }

    private sealed class Piece(WorkProgress owner, string work, string unit, double before, long began) : IDisposable
    {
        public required double Total { get; set; }

        /// <summary>In this attempt.</summary>
        public double Done { get; set; }

        public ProgressState State(TimeProvider time)
        {
            double seconds = time.GetElapsedTime(began).TotalSeconds;
            return new ProgressState(work, unit, before + Done, Total, Done > 0 && seconds > 0 ? Done / seconds : null);
        }

        public void Dispose() => owner.End(this);
    }
}
