namespace SrBatch.Torch.Collectives;

/// <summary>
/// How ranks tell each other that they wait while MPI or NCCL answers nobody, so that a message can name the rank that is missing.
/// </summary>
/// <param name="Waits">Notes that this rank waits; called on any thread when a call takes long.</param>
/// <param name="GoesOn">Takes the note back.</param>
/// <param name="Missing">Names the ranks that wait for nobody, such as <c>rank 1 on node n2</c>; null: unknown.</param>
public sealed record RankNotes(Action Waits, Action GoesOn, Func<string?> Missing)
{
    /// <summary>How long a rank that gives up waits for a disk.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <returns>What <see cref="Missing"/> says; null if it does not answer: the notes may be on a disk that hangs.</returns>
    internal string? MissingSoon()
    {
        Task<string?> asking = Task.Factory.StartNew(
            Missing, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return asking.Wait(Patience) ? asking.Result : null;
    }
}
