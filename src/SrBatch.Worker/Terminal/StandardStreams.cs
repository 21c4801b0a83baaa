using System.Runtime.InteropServices;
using SrBatch.Core.Errors;

namespace SrBatch.Worker.Terminal;

/// <summary>Stdout for results and stderr for logs, either of which may be missing or fail while the work goes on.</summary>
/// <remarks>
/// A reader that leaves (<c>| head</c>) has read what it wants: .NET ignores SIGPIPE and EPIPE, and the exit code stays the same.
/// </remarks>
internal sealed partial class StandardStreams
{
    private const int Stderr = 2, O_RDONLY = 0;

    private StandardStreams()
    {
    }

    /// <summary>For results.</summary>
    public SafeWriter Out { get; } = new(Console.Out);

    /// <summary>For logs.</summary>
    public SafeWriter Error { get; } = new(Console.Error);

    /// <summary>
    /// Must be called before any file is opened: a file that got the number of a stream that is missing would receive its text.
    /// </summary>
    public static StandardStreams Open()
    {
        // A launcher may close streams: 2>&-, daemons, cron. The system gives the lowest free number. Nothing can be written to these
        // replacements: results are not lost without a word.
        int opened;
        do
        {
            opened = open("/dev/null", O_RDONLY);
        }
        while (opened is >= 0 and <= Stderr);
        if (opened > Stderr)
        {
            _ = close(opened);
        }
        return new StandardStreams();
    }

    /// <summary>Must be called at the end.</summary>
    /// <param name="code">Exit code of the work.</param>
    /// <param name="isStopped">Whether a signal ended it.</param>
    /// <param name="report">Gets the message when results are lost.</param>
    /// <returns>
    /// The exit code of the process: 74 when results on stdout are lost, unless the work failed or has to continue, which matters more.
    /// </returns>
    public int Settle(int code, bool isStopped, Action<string> report)
    {
        if (Out.Fault is not { } fault)
        {
            return code;
        }
        report($"stdout: cannot be written: {fault.Message.TrimEnd('.')}. What should have been printed is lost; files are written. "
            + "Free space or redirect stdout to another place, then run the command again.");
        // Without a signal, 75 is the answer of 'status': images are left.
        return (ExitCode)code is ExitCode.Done or ExitCode.ImagesFailed || ((ExitCode)code is ExitCode.Stopped && !isStopped)
            ? (int)ExitCode.CannotWrite
            : code;
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc.so.6")]
    private static partial int close(int descriptor);
}
