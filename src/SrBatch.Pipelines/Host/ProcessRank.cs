namespace SrBatch.Pipelines.Host;

/// <summary>The place of this process among those that a launcher started together.</summary>
/// <param name="Index">0 to <paramref name="Count"/> - 1.</param>
/// <param name="Count">Number of processes; 1 without a launcher.</param>
/// <param name="Local">Number of this process among those on its node, from 0.</param>
/// <param name="LocalCount">Number of processes on this node, at least 1. They share its memory.</param>
/// <param name="Source">The variable that gave the rank, for messages.</param>
public sealed record ProcessRank(int Index, int Count, int Local, int LocalCount, string Source)
{
    public static ProcessRank Single { get; } = new(0, 1, 0, 1, "no launcher");

    /// <summary>
    /// A name that all processes of this start share with no other start, fit for a file name; null when nothing tells this start from another.
    /// Where neither MPI nor PMI2 serves, the processes meet by a file of this name.
    /// </summary>
    public string? StartName { get; init; }
}
