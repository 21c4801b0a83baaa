using Polly;
using Polly.Retry;
using SrBatch.Core.Errors;

namespace SrBatch.Storage.Files;

/// <summary>Tries again what a shared disk refuses for a moment: a stale NFS handle, an I/O error, a resource busy.</summary>
public sealed class SharedDiskRetry
{
    public const int MostAttempts = 4;

    private readonly ResiliencePipeline _pipeline;

    /// <param name="time">Whose delays are waited for.</param>
    /// <param name="onRetry">Told the number of the try that failed, from 1, and why; null: nobody is told.</param>
    public SharedDiskRetry(TimeProvider time, Action<int, Exception>? onRetry = null)
    {
        // About 0.5, 1 and 2 s between them with jitter, so that a thousand tasks do not come back at once.
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
    /// Runs <paramref name="action"/>, at most 4 times, within 10 s of waiting; the last failure escapes. It must be safe to repeat. An error of ours
    /// loses its cause then, so that a retry around this one does not begin again.
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

    /// <summary>True for ESTALE, EIO and EAGAIN, also as the cause of an error of ours.</summary>
    public static bool IsTransient(Exception error) =>
        error is IOException { HResult: Libc.ESTALE or Libc.EIO or Libc.EAGAIN } || (error.InnerException is { } inner && IsTransient(inner));
}
