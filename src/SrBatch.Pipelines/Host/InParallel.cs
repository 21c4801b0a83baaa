using System.Runtime.ExceptionServices;

namespace SrBatch.Pipelines.Host;

/// <summary>A parallel loop that fails as a plain loop does: with the exception of the lowest index, as it was thrown.</summary>
internal static class InParallel
{
    /// <param name="count">Number of calls; indices start at 0.</param>
    /// <param name="threads">Most calls at the same time.</param>
    /// <param name="call">Once it throws, no call of a higher index starts.</param>
    /// <param name="stop">Prevents further calls.</param>
    public static void For(int count, int threads, Action<int> call, CancellationToken stop)
    {
        var faults = new Exception?[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop }, (i, loop) =>
        {
            try
            {
                call(i);
            }
            catch (Exception fault)
            {
                // Parallel.For would wrap it in an AggregateException.
                faults[i] = fault;
                loop.Break();
            }
        });
        if (Array.Find(faults, fault => fault is not null) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
