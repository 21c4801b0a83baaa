using System.Diagnostics;
using System.Globalization;
using SrBatch.Core.Progress;

namespace SrBatch.Pipelines.Inference;

/// <summary>
/// What each stage of inference spent, and how long the network waited for the others. Safe to use from all stages at once.
/// </summary>
internal sealed class StageTimes
{
    private readonly Lock _gate = new();
    private TimeSpan _read, _network, _write, _score, _waitedForReading, _waitedForWriting, _waitedForEnd;
    private long _computed, _kept;

    /// <summary>To be asked when the stages have ended.</summary>
    public StageTotals Totals => new(
        _read.TotalSeconds,
        _network.TotalSeconds,
        _write.TotalSeconds,
        _score.TotalSeconds,
        _waitedForReading.TotalSeconds,
        _waitedForWriting.TotalSeconds,
        _waitedForEnd.TotalSeconds,
        _computed,
        _kept);

    /// <returns>Seconds.</returns>
    public double Read(long started) => Add(ref _read, started);

    /// <inheritdoc cref="Read"/>
    public double Write(long started) => Add(ref _write, started);

    /// <inheritdoc cref="Read"/>
    public double Score(long started) => Add(ref _score, started);

    /// <param name="started">When the network began with a block.</param>
    /// <param name="computed">Input pixels of its windows, halos included.</param>
    /// <param name="kept">Input pixels that are kept of them.</param>
    /// <returns>Seconds.</returns>
    public double Network(long started, long computed, long kept)
    {
        _computed += computed;
        _kept += kept;
        return Add(ref _network, started);
    }

    public void WaitedForReading(long started) => Add(ref _waitedForReading, started);

    /// <summary>The network could not hand on a block, because writing or scoring was behind.</summary>
    public void WaitedForWriting(long started) => Add(ref _waitedForWriting, started);

    /// <summary>From the network's last block until the last output was there.</summary>
    public void WaitedForEnd(long started) => Add(ref _waitedForEnd, started);

    /// <summary>For the log: <c>read 0.25 s, network 25.1 s (waited 0.15 s for input, 0.30 s for output), write 0.41 s, ...</c></summary>
    public override string ToString()
    {
        double waitedForOutput = (_waitedForWriting + _waitedForEnd).TotalSeconds;
        double megapixels = _computed / 1e6 / Math.Max(_network.TotalSeconds, 1e-9), kept = _kept == 0 ? 0 : 100.0 * _kept / _computed;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"read {_read.TotalSeconds:F2} s, "
            + $"network {_network.TotalSeconds:F2} s (waited {_waitedForReading.TotalSeconds:F2} s for input, "
            + $"{waitedForOutput:F2} s for output), write {_write.TotalSeconds:F2} s, score {_score.TotalSeconds:F2} s; "
            + $"{megapixels:F2} megapixels/s, {kept:F0} % of them kept");
    }

    private double Add(ref TimeSpan sum, long started)
    {
        TimeSpan passed = Stopwatch.GetElapsedTime(started);
        lock (_gate)
        {
            sum += passed;
        }
        return passed.TotalSeconds;
    }
}
