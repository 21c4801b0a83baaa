namespace SrBatch.Torch.Collectives;

/// <summary>How long collective calls may wait for other ranks.</summary>
/// <param name="Limit">Longest that a call may wait.</param>
/// <param name="Report">Receives lines for the log, on any thread.</param>
/// <param name="KillIsNear">Set when the job is about to be killed: calls then wait for 5 s at most.</param>
public sealed record CollectiveWait(TimeSpan Limit, Action<string> Report, CancellationToken KillIsNear = default)
{
    /// <summary>Name of this process's node, for messages.</summary>
    public string Node { get; init; } = Environment.MachineName;

    /// <summary>How ranks find out which of them is missing; null: they do not.</summary>
    public RankNotes? Notes { get; init; }

    /// <summary>Follows the message about a lost rank of a training.</summary>
    internal const string Continuation = " The same command continues from the newest checkpoint.";

    /// <param name="rank">This process, for the message.</param>
    /// <param name="size">Number of processes.</param>
    /// <param name="onHang">Receives a message when a call has waited too long, on another thread.</param>
    internal CollectiveWatch Watch(int rank, int size, Action<string> onHang) => new(
        Limit,
        (call, waited) => onHang(
            $"{Notes?.MissingSoon() ?? "another rank"} hangs or is gone: rank {rank} of {size} on node {Node} has waited "
            + $"{waited.TotalSeconds:F0} s in {call}. The log of the missing rank may say why."),
        KillIsNear,
        Notes);

    /// <summary>Reports why this rank gives up. It must end also where the disk of the log hangs.</summary>
    internal void ReportSoon(string message) =>
        Task.Factory.StartNew(() => Report(message), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .Wait(RankNotes.Patience);
}
