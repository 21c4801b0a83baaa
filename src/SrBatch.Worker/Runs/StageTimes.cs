using System.Diagnostics;
using System.Globalization;

namespace SrBatch.Worker.Runs;

/// <summary>What each stage of inference was busy with, and how long the network had to wait for the others. Written by one thread each.</summary>
internal sealed class StageTimes
{
    private TimeSpan _read, _network, _write, _waitedForReading, _waitedForWriting;

    /// <summary>Pixels that the network computed, halos included.</summary>
    public long Computed { get; private set; }

    /// <summary>Input pixels of the planes that were done.</summary>
    public long Kept { get; private set; }

    /// <returns>Seconds.</returns>
    public double Read(long started) => Add(ref _read, started);

    /// <returns>Seconds.</returns>
    public double Write(long started) => Add(ref _write, started);

    /// <returns>Seconds.</returns>
    public double Network(long started, long computed, long kept)
    {
        Computed += computed;
        Kept += kept;
        return Add(ref _network, started);
    }

    public void WaitedForReading(long started) => Add(ref _waitedForReading, started);

    public void WaitedForWriting(long started) => Add(ref _waitedForWriting, started);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"reading {_read.TotalSeconds:F2} s, network {_network.TotalSeconds:F2} s, writing {_write.TotalSeconds:F2} s side by side; the network waited {_waitedForReading.TotalSeconds:F2} s for reading and {_waitedForWriting.TotalSeconds:F2} s for writing; it computed {Computed / 1e6 / Math.Max(_network.TotalSeconds, 1e-9):F2} megapixels/s, {(Kept == 0 ? 0 : 100.0 * Kept / Computed):F0} % of them kept");

    private static double Add(ref TimeSpan sum, long started)
    {
        TimeSpan passed = Stopwatch.GetElapsedTime(started);
        sum += passed;
        return passed.TotalSeconds;
    }
}
