using Microsoft.Extensions.Logging;
using SrBatch.Pipelines.Host;
using SrBatch.Worker.Logging;

namespace SrBatch.Worker.Terminal;

/// <summary>What a verb writes to stderr: log lines, and its progress as a bar on a terminal, else as a log line every 30 s.</summary>
internal sealed class StderrOutput : IDisposable
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromSeconds(0.2), LineInterval = TimeSpan.FromSeconds(30);

    private readonly StderrLoggerProvider _logs;
    private readonly ProgressDisplay _display;

    /// <param name="writer">Stderr.</param>
    /// <param name="format">Of log lines: <c>text</c> or <c>json</c>.</param>
    /// <param name="isQuiet">Writes warnings and errors only, and no progress.</param>
    /// <param name="time">The clock.</param>
    public StderrOutput(SafeWriter writer, string format, bool isQuiet, TimeProvider time)
        : this(writer, HasBar(format, isQuiet) ? () => TerminalSize.Columns : null, format, isQuiet, time)
    {
    }

    /// <param name="columns">Width of the terminal; null: no bar.</param>
    internal StderrOutput(TextWriter writer, Func<int>? columns, string format, bool isQuiet, TimeProvider time)
    {
        var line = new StatusLine(writer, hasStatus: columns is not null);
        _logs = new StderrLoggerProvider(line, format, isQuiet ? LogLevel.Warning : LogLevel.Information, time);
        ILogger log = Log = _logs.CreateLogger("srbatch");
        _display = columns is not null
            ? new ProgressDisplay(BarInterval, state => line.Show(state is { } now ? ProgressText.Bar(now, columns()) : ""), time)
            : new ProgressDisplay(LineInterval, state => LogProgress(log, state), time);
    }

    public ILogger Log { get; }

    public WorkProgress Progress => _display.Progress;

    public void Dispose()
    {
        _display.Dispose();
        _logs.Dispose();
    }

    private static bool HasBar(string format, bool isQuiet) => format == "text" && !isQuiet && !Console.IsErrorRedirected
        && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";

    private static void LogProgress(ILogger log, ProgressState? state)
    {
        if (state is { } now)
        {
            Pipelines.Host.Log.Progress(log, ProgressText.Line(now));
        }
    }
}
