using SrBatch.Pipelines.Host;

namespace SrBatch.Worker.Terminal;

/// <summary>Shows the progress of the work in hand at regular intervals, for the first time one interval after it began.</summary>
internal sealed class ProgressDisplay : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Action<ProgressState?> _show;
    private readonly ITimer _timer;

    /// <param name="interval">Between two calls of <paramref name="show"/>.</param>
    /// <param name="show">Is called with null when a piece of work ends.</param>
    /// <param name="time">The clock.</param>
    public ProgressDisplay(TimeSpan interval, Action<ProgressState?> show, TimeProvider time)
    {
        _show = show;
        _timer = time.CreateTimer(_ => Show(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Progress = new WorkProgress(time)
        {
            Began = () => _timer.Change(interval, interval),
            Ended = () =>
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                // A call of the timer may still be on its way; after this one it finds no work.
                Show();
            },
        };
    }

    public WorkProgress Progress { get; }

    public void Dispose() => _timer.Dispose();

    private void Show()
    {
        lock (_lock)
        {
            _show(Progress.State);
        }
    }
}
