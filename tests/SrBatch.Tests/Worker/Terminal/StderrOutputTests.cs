using SrBatch.Pipelines.Host;
using SrBatch.Worker.Terminal;

namespace SrBatch.Tests.Worker.Terminal;

public sealed class StderrOutputTests : IDisposable
{
    private const string Clear = "\r\u001b[K";

    private readonly ManualClock _clock = new();
    private readonly StringWriter _stderr = new();

    public void Dispose() => _stderr.Dispose();

    [Fact]
    public void Stderr_ThatCannotBeWritten_StopsTheLogAndNotTheWork()
    {
        using var lost = new LostWriter();
        using var output = new StderrOutput(new SafeWriter(lost), () => 80, "text", isQuiet: false, _clock);
        using (output.Progress.Begin("scan", "files", 4))
        {
            Log.Wrote(output.Log, "wrote a");
            output.Progress.Advance();
            _clock.Move(1);
            Log.Wrote(output.Log, "wrote b");
        }
        Assert.Equal(1, lost.Tries);
    }

    [Fact]
    public void Terminal_LogLine_ComesAboveTheBar()
    {
        using var output = new StderrOutput(_stderr, () => 80, "text", isQuiet: false, _clock);
        using (output.Progress.Begin("scan", "files", 4))
        {
            _clock.Move(0.1);
            Assert.Equal("", Written());
            output.Progress.Advance();
            _clock.Move(0.1);
            string bar = Written();
            Assert.Equal($"{Clear}{ProgressText.Bar(new ProgressState("scan", "files", 1, 4, 5), 80)}", bar);
            Log.Wrote(output.Log, "wrote a");
            Assert.Equal($"{Clear}2026-01-02T03:04:05Z info    wrote a\n{bar[Clear.Length..]}", Written());
        }
        Assert.Equal(Clear, Written());
        _clock.Move(100);
        Log.Wrote(output.Log, "wrote b");
        Assert.Equal($"{Clear}2026-01-02T03:05:45Z info    wrote b\n", Written());
    }

    [Fact]
    public void Terminal_FastWork_IsDrawnFiveTimesASecond()
    {
        using var output = new StderrOutput(_stderr, () => 80, "text", isQuiet: false, _clock);
        using IDisposable work = output.Progress.Begin("train", "steps", 1000);
        for (int step = 0; step < 1000; step++)
        {
            output.Progress.Advance();
            _clock.Move(0.001);
        }
        Assert.Equal(5, Written().Split(Clear).Length - 1);
    }

    [Fact]
    public void NoTerminal_LogsALineEvery30Seconds_AndNoneForShortWork()
    {
        using var output = new StderrOutput(_stderr, columns: null, "text", isQuiet: false, _clock);
        using (output.Progress.Begin("headers", "images", 100))
        {
            _clock.Move(29);
        }
        _clock.Move(29);
        Assert.Equal("", Written());
        using (output.Progress.Begin("train", "steps", 100, done: 40))
        {
            _clock.Move(15);
            output.Progress.Advance(30);
            _clock.Move(60);
        }
        _clock.Move(60);
        Assert.Equal(
            "2026-01-02T03:05:33Z info    train: 70 of 100 steps (70 %), 1.00 steps/s, 0:00:30 left\n"
            + "2026-01-02T03:06:03Z info    train: 70 of 100 steps (70 %), 0.50 steps/s, 0:01:00 left\n",
            Written());
    }

    [Fact]
    public void NoTerminal_Json_LogsAnEvent()
    {
        using var output = new StderrOutput(_stderr, columns: null, "json", isQuiet: false, _clock);
        using IDisposable work = output.Progress.Begin("scan", "files", 10);
        _clock.Move(30);
        Assert.Equal(
            """{"time":"2026-01-02T03:04:35+00:00","level":"info","event":107,"message":"scan: 0 of 10 files (0 %)"}""" + "\n",
            Written());
    }

    [Fact]
    public void Quiet_WritesNoProgress_ButWarnings()
    {
        using var output = new StderrOutput(_stderr, columns: null, "text", isQuiet: true, _clock);
        using IDisposable work = output.Progress.Begin("scan", "files", 10);
        _clock.Move(100);
        Assert.Equal("", Written());
        Log.Warning(output.Log, "no file");
        Assert.Equal("2026-01-02T03:05:45Z warning no file\n", Written());
    }

    /// <summary>What came since the last call.</summary>
    private string Written()
    {
        string text = _stderr.ToString();
        _stderr.GetStringBuilder().Clear();
        return text;
    }
}
