namespace SrBatch.Worker.Logging;

/// <summary>Writes lines to stderr; on a terminal, a status line stays below them.</summary>
/// <param name="writer">Stderr; must not throw.</param>
/// <param name="hasStatus">Whether it is a terminal that shows a status line.</param>
internal sealed class StatusLine(TextWriter writer, bool hasStatus)
{
    /// <summary>To the first column, then clears the line (ECMA-48: CR, EL).</summary>
    private const string ClearLine = "\r\u001b[K";

    private readonly Lock _lock = new();
    private string _status = "";

    /// <summary>Writes a line at once, so that nothing is lost when the process is killed.</summary>
    public void WriteLine(string line)
    {
        lock (_lock)
        {
            // A killed child process may have left its status on the line: it is cleared even when this process shows none.
            Write(hasStatus ? $"{ClearLine}{line}\n{_status}" : $"{line}\n");
        }
    }

    /// <param name="status">Must be shorter than the terminal is wide; empty takes the status line away.</param>
    public void Show(string status)
    {
        lock (_lock)
        {
            if (hasStatus && status != _status)
            {
                _status = status;
                Write(ClearLine + status);
            }
        }
    }

    private void Write(string text)
    {
        writer.Write(text);
        writer.Flush();
    }
}
