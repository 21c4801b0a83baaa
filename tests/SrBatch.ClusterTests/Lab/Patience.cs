using System.Diagnostics;

namespace SrBatch.ClusterTests.Lab;

/// <summary>Waiting for what tells nobody that it happened.</summary>
internal static class Patience
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <returns>Whether it happened within <paramref name="limit"/>; asked at least once.</returns>
    public static bool Until(Func<bool> happened, TimeSpan limit, TimeSpan? interval = null)
    {
        var waited = Stopwatch.StartNew();
        while (!happened())
        {
            if (waited.Elapsed > limit)
            {
                return false;
            }
            Thread.Sleep(interval ?? Interval);
        }
        return true;
    }
}
