using Polly;
using Polly.Retry;
using SrBatch.Core.Errors;

namespace SrBatch.Storage.Files;

/// <summary>Repeats actions that fail on a shared disk for a moment: a stale NFS handle, an I/O error, a busy resource.</summary>
public sealed class SharedDiskRetry
{
    public const int MostAttempts = 4;

    private readonly ResiliencePipeline _pipeline;

    /// <param name="time">The clock for the delays.</param>
    /// <param name="onRetry">Called before each retry with the number of the failed attempt, from 1, and the error; may be null.</param>
    public SharedDiskRetry(TimeProvider time, Action<int, Exception>? onRetry = null)
    {
        // Delays of about 0.5, 1 and 2 s with jitter, so that a thousand tasks do not retry at the same moment.
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = outcome => ValueTask.FromResult(outcome.Outcome.Exception is { } error && IsTransient(error)),
                MaxRetryAttempts = MostAttempts - 1,
                Delay = TimeSpan.FromSeconds(0.5),
                MaxDelay = TimeSpan.FromSeconds(3),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                OnRetry = failed =>
                {
                    onRetry?.Invoke(failed.AttemptNumber + 1, failed.Outcome.Exception!);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>
    /// Runs <paramref name="action"/> at most 4 times, waiting at most 10 s in total; then throws the last error. The action must be safe
    /// to repeat. A transient <see cref="SrBatchException"/> is thrown without its inner exception, so that an outer retry does not begin
    /// again.
    /// </summary>
    public T Run<T>(Func<T> action, CancellationToken cancellation = default)
    {
        try
        {
            return _pipeline.Execute(_ => action(), cancellation);
        }
        catch (SrBatchException last) when (IsTransient(last))
        {
            throw new SrBatchException(last.ExitCode, last.Message);
        }
    }

    /// <summary>True for ESTALE, EIO and EAGAIN, also as the cause of an <see cref="SrBatchException"/>.</summary>
    public static bool IsTransient(Exception error) =>
        error is IOException { HResult: Libc.ESTALE or Libc.EIO or Libc.EAGAIN }
        || (error.InnerException is { } inner && IsTransient(inner));
}
