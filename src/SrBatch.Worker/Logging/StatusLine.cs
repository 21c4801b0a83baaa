namespace SrBatch.Worker.Logging;

/// <summary>Writes lines to stderr; on a terminal, a status line stays below them.</summary>
/// <param name="writer">Stderr.</param>
/// <param name="hasStatus">Whether it is a terminal that shows a status line.</param>
internal sealed class StatusLine(TextWriter writer, bool hasStatus)
{
    /// <summary>To the first column, then clears the line (ECMA-48: CR, EL).</summary>
    private const string ClearLine = "\r\u001b[K";

    private readonly Lock _lock = new();
    private string _status = "";
    private bool _isLost;

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

    /// <summary>
    /// After the first failure nothing more is written: the terminal is gone or the disk is full, and the work matters more.
    /// </summary>
    private void Write(string text)
    {
        if (_isLost)
        {
            return;
        }
        try
        {
            writer.Write(text);
            writer.Flush();
        }
        catch (IOException)
        {
            _isLost = true;
        }
    }
}
