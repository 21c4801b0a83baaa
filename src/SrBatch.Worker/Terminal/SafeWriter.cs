using System.Text;

namespace SrBatch.Worker.Terminal;

/// <summary>
/// Writes to a stream that may fail: a full disk, a terminal that is gone. After the first failure all text is dropped, and
/// <see cref="Fault"/> says why. Nothing is thrown, because the work matters more than its text.
/// </summary>
internal sealed class SafeWriter(TextWriter writer) : TextWriter
{
    private readonly Lock _lock = new();

    /// <summary>Why text was lost; null: none was.</summary>
    public Exception? Fault { get; private set; }

    public override Encoding Encoding => writer.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => Write(value + NewLine);

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_lock)
        {
            if (Fault is not null)
            {
                return;
            }
            try
            {
                writer.Write(buffer);
                writer.Flush();
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                // .NET turns EBADF, EACCES and EPERM into UnauthorizedAccessException; its cause has the system's words.
                Fault = fault.GetBaseException();
            }
        }
    }
}
