using System.Runtime.InteropServices;

namespace SrBatch.Worker.Cluster;

/// <summary>
/// Turns the signals by which Slurm and people end a job into a token, so that work stops at a safe point. Repeated signals change nothing.
/// SIGXFSZ is caught without effect, to the very end, as libhdf5 tries once more to write when the process exits: the write that raised it fails
/// with EFBIG, which has a message and an exit code; the default kills silently.
/// </summary>
internal static class StopSignals
{
    // Raw numbers of Linux; .NET names none of the three.
    private const PosixSignal UserSignal1 = (PosixSignal)10, UserSignal2 = (PosixSignal)12, FileSizeExceeded = (PosixSignal)25;

    private static readonly CancellationTokenSource Stopped = new(), Hurried = new();

    /// <summary>Kept for as long as the process lives: one that is collected no longer serves.</summary>
    private static PosixSignalRegistration[] _registrations = [];

    public static CancellationToken Token => Stopped.Token;

    /// <summary>Set by SIGTERM: after KillWait, 30 s by default, Slurm kills. The other signals are warnings that come earlier.</summary>
    public static CancellationToken Hurry => Hurried.Token;

    /// <summary>From now on they are caught, to the process's end.</summary>
    public static void Catch() => _registrations =
    [
        .. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, UserSignal1, UserSignal2 }.Select(signal => PosixSignalRegistration.Create(signal, Receive)),
        PosixSignalRegistration.Create(FileSizeExceeded, context => context.Cancel = true),
    ];

    private static void Receive(PosixSignalContext context)
    {
        context.Cancel = true;
        Stopped.Cancel();
        if (context.Signal == PosixSignal.SIGTERM)
        {
            Hurried.Cancel();
        }
    }
}
