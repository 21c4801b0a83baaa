using System.Runtime.ExceptionServices;

namespace SrBatch.Pipelines.Host;

/// <summary>Work shared out among threads that fails as a loop would: with the fault of the lowest index, as it was thrown.</summary>
internal static class InParallel
{
    /// <param name="count">Of the calls, with indices from 0.</param>
    /// <param name="threads">Most at a time.</param>
    /// <param name="call">May throw; then none of a higher index begins.</param>
    /// <param name="stop">Begins no further call.</param>
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
                // Parallel.For would hide it in an AggregateException.
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
