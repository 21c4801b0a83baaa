using System.Diagnostics;
using System.Globalization;
using SrBatch.Core.Progress;

namespace SrBatch.Pipelines.Inference;

/// <summary>What each stage of inference was busy with, and how long the network had to wait for the others. Written by one thread each.</summary>
internal sealed class StageTimes
{
    private TimeSpan _read, _network, _write, _score, _waitedForReading, _waitedForWriting, _waitedForEnd;

    /// <summary>Pixels that the network computed, halos included.</summary>
    public long Computed { get; private set; }

    /// <summary>Input pixels of the planes that were done.</summary>
    public long Kept { get; private set; }

    /// <returns>Seconds.</returns>
    public double Read(long started) => Add(ref _read, started);

    /// <summary>Of the writing stage: all of it, scoring too.</summary>
    /// <returns>Seconds.</returns>
    public double Write(long started) => Add(ref _write, started);

    /// <summary>The part of <see cref="Write"/> that was scoring.</summary>
    public void Score(long started) => Add(ref _score, started);

    /// <returns>Seconds.</returns>
    public double Network(long started, long computed, long kept)
    {
        Computed += computed;
        Kept += kept;
        return Add(ref _network, started);
    }

    public void WaitedForReading(long started) => Add(ref _waitedForReading, started);

    public void WaitedForWriting(long started) => Add(ref _waitedForWriting, started);

    /// <summary>From the network's last block until the last output was there.</summary>
    public void WaitedForEnd(long started) => Add(ref _waitedForEnd, started);

    /// <summary>All of it; to be asked when the stages have ended.</summary>
    public StageTotals Totals => new(
        _read.TotalSeconds, _network.TotalSeconds, (_write - _score).TotalSeconds, _score.TotalSeconds,
        _waitedForReading.TotalSeconds, _waitedForWriting.TotalSeconds, _waitedForEnd.TotalSeconds, Computed, Kept);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"reading {_read.TotalSeconds:F2} s, network {_network.TotalSeconds:F2} s, writing {(_write - _score).TotalSeconds:F2} s, scoring {_score.TotalSeconds:F2} s side by side; the network waited {_waitedForReading.TotalSeconds:F2} s for reading, {_waitedForWriting.TotalSeconds:F2} s for writing and scoring, {_waitedForEnd.TotalSeconds:F2} s for the last of these; it computed {Computed / 1e6 / Math.Max(_network.TotalSeconds, 1e-9):F2} megapixels/s, {(Kept == 0 ? 0 : 100.0 * Kept / Computed):F0} % of them kept");

    private static double Add(ref TimeSpan sum, long started)
    {
        TimeSpan passed = Stopwatch.GetElapsedTime(started);
        sum += passed;
        return passed.TotalSeconds;
    }
}
