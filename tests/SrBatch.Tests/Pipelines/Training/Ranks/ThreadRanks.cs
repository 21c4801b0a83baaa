using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using SrBatch.Torch.Collectives;
using static TorchSharp.torch;

namespace SrBatch.Tests.Pipelines.Training.Ranks;

/// <summary>Ranks that are threads of this process. As with MPI, a call that waits too long for another rank fails.</summary>
internal sealed class ThreadRanks : ICollective
{
    private readonly Meeting _meeting;
    private readonly int _thread = Environment.CurrentManagedThreadId;

    private ThreadRanks(Meeting meeting, int rank) => (_meeting, Rank) = (meeting, rank);

    public int Rank { get; }

    public int Size => _meeting.Size;

    public string Name => "threads";

    /// <summary>Runs the work of each rank on its own thread.</summary>
    /// <returns>The results, by rank.</returns>
    public static T[] Run<T>(int size, TimeSpan limit, Func<ICollective, T> work)
    {
        var meeting = new Meeting(size, limit);
        var results = new T[size];
        var faults = new Exception?[size];
        Thread[] threads =
        [
            .. Enumerable.Range(0, size).Select(rank => new Thread(() =>
            {
                try
                {
                    results[rank] = work(new ThreadRanks(meeting, rank));
                }
                catch (Exception fault)
                {
                    faults[rank] = fault;
                }
            })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        // A rank that fails lets the others wait in vain.
        if ((Array.Find(faults, fault => fault is not null and not TimeoutException) ?? Array.Find(faults, fault => fault is not null)) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
        return results;
    }

    public void Sum(Span<double> values)
    {
        Assert.Equal(_thread, Environment.CurrentManagedThreadId);
        lock (_meeting)
        {
            _meeting.Sums ??= new double[values.Length];
            Assert.Equal(_meeting.Sums.Length, values.Length);
            for (int i = 0; i < values.Length; i++)
            {
                _meeting.Sums[i] += values[i];
            }
        }
        Barrier();
        _meeting.Sums.CopyTo(values);
        Barrier();
        if (Rank == 0)
        {
            _meeting.Sums = null;
        }
        Barrier();
    }

    public void Barrier()
    {
        if (!_meeting.Barrier.SignalAndWait(_meeting.Limit))
        {
            throw new TimeoutException($"rank {Rank} has waited {_meeting.Limit} for another rank");
        }
    }

    public void Sum(Tensor values) => throw new NotSupportedException();

    public void Broadcast(Tensor values) => throw new NotSupportedException();

    [DoesNotReturn]
    public void Abort(int exitCode) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Meeting(int size, TimeSpan limit)
    {
        public int Size => size;

        public TimeSpan Limit => limit;

        public Barrier Barrier { get; } = new(size);

        public double[]? Sums { get; set; }
    }
}
