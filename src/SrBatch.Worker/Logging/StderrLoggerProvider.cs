using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace SrBatch.Worker.Logging;

/// <summary>Writes each message as one line of text or one JSON object.</summary>
internal sealed class StderrLoggerProvider(StatusLine stderr, string format, LogLevel least, TimeProvider time) : ILoggerProvider
{
    private LogLevel Least { get; } = least;

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private void Write(LogLevel level, EventId id, string message)
    {
        string word = level switch
        {
            LogLevel.Error or LogLevel.Critical => "error",
            LogLevel.Warning => "warning",
            LogLevel.Information => "info",
            _ => "debug",
        };
        stderr.WriteLine(format == "json" ? Json(word, id, message) : $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} {word,-7} {message}");
    }

    private string Json(string level, EventId id, string message)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow());
            json.WriteString("level", level);
            json.WriteNumber("event", id.Id);
            json.WriteString("message", message);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private sealed class Logger(StderrLoggerProvider provider) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= provider.Least;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                string message = formatter(state, exception);
                provider.Write(logLevel, eventId, exception is null ? message : $"{message}\n{exception}");
            }
        }
    }
}
