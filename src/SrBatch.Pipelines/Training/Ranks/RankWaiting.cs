using SrBatch.Torch.Collectives;
using SrBatch.Torch.Native;

namespace SrBatch.Pipelines.Training.Ranks;

/// <summary>Work that takes some ranks much longer than others: rank 0 alone writes files and measures the model.</summary>
internal static class RankWaiting
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Runs the work of each rank, and returns when all ranks are done. Meanwhile the ranks exchange a number every quarter of a second,
    /// so that a wait for a busy rank is no wait for a rank that hangs, however short <c>--rank-timeout</c> is.
    /// </summary>
    /// <remarks>
    /// All ranks call it together. With several ranks the work runs on a thread of its own, since collectives belong to the calling
    /// thread; it must not use them. Its exceptions are thrown here, and the caller then ends all ranks.
    /// </remarks>
    public static T WaitForAll<T>(this ICollective ranks, Func<T> work)
    {
        if (ranks.Size == 1)
        {
            return work();
        }
        Task<T> own = Task.Factory.StartNew(
            () =>
            {
                // libtorch sets the number of threads of a new thread when it is first asked for it.
                _ = TorchRuntime.Threads;
                return work();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        // Short pauses first: writing a checkpoint takes a fraction of a second. A rank that is done sleeps as well; MPI would spin.
        for (TimeSpan pause = TimeSpan.FromMilliseconds(1); ; pause = Shorter(2 * pause, LongestPause))
        {
            bool isDone = own.IsCompleted;
            if (isDone)
            {
                _ = own.GetAwaiter().GetResult();
                Thread.Sleep(pause);
            }
            else
            {
                _ = Task.WaitAny([own], pause);
            }
            if (!ranks.Any(!isDone))
            {
                return own.GetAwaiter().GetResult();
            }
        }
    }

    /// <inheritdoc cref="WaitForAll{T}"/>
    public static void WaitForAll(this ICollective ranks, Action work) => ranks.WaitForAll(() =>
    {
        work();
        return true;
    });

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
