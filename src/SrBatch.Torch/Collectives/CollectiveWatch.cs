namespace SrBatch.Torch.Collectives;

/// <summary>Notices that a call waits for a rank that will not come: MPI and NCCL themselves wait for ever.</summary>
internal sealed class CollectiveWatch : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly Timer _timer;
    private string _call = "";

    /// <param name="limit">Longest that a call may take.</param>
    /// <param name="onHang">Given the call's name, from another thread.</param>
    public CollectiveWatch(TimeSpan limit, Action<string> onHang)
    {
        _limit = limit;
        _timer = new Timer(_ => onHang(_call));
    }

    /// <summary>Dispose the result when the call has returned.</summary>
    public Waiting Begin(string call)
    {
        _call = call;
        _timer.Change(_limit, Timeout.InfiniteTimeSpan);
        return new Waiting(_timer);
    }

    public void Dispose() => _timer.Dispose();

    public readonly struct Waiting(Timer timer) : IDisposable
    {
        public void Dispose() => timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
