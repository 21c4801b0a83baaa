namespace SrBatch.Pipelines.Host;

/// <summary>The place of this process among those that a launcher started together.</summary>
/// <param name="Index">0 to <paramref name="Count"/> - 1.</param>
/// <param name="Count">Number of processes; 1 without a launcher.</param>
/// <param name="Local">Number of this process among those on its node, from 0.</param>
/// <param name="LocalCount">Number of processes on this node, at least 1. They share its memory.</param>
/// <param name="Source">The environment variable that the rank was read from, for messages.</param>
public sealed record ProcessRank(int Index, int Count, int Local, int LocalCount, string Source)
{
    public static ProcessRank Single { get; } = new(0, 1, 0, 1, "no launcher");

    /// <summary>
    /// A name, fit for a file, that only the processes of this start share; null when the environment does not identify the start.
    /// Without MPI and PMI2 the processes find each other through a file of this name.
    /// </summary>
    public string? StartName { get; init; }
}
