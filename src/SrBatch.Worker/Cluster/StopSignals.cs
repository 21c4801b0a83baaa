using System.Globalization;
using System.Runtime.InteropServices;

namespace SrBatch.Worker.Cluster;

/// <summary>
/// Turns the signals by which Slurm, people and a closed terminal end a job into a token, so that work stops at a safe point. Repeated
/// signals change nothing.
/// SIGXFSZ is ignored: the write that raised it fails with EFBIG, which gets a message and an exit code, whereas the signal would kill
/// silently. It stays ignored until the process ends, as libhdf5 tries to write once more at exit.
/// </summary>
internal static class StopSignals
{
    // Linux numbers; .NET has no names for these three.
    private const PosixSignal UserSignal1 = (PosixSignal)10, UserSignal2 = (PosixSignal)12, FileSizeExceeded = (PosixSignal)25;

    private static readonly CancellationTokenSource Stopped = new(), Terminated = new();

    /// <summary>Kept until the process ends, as a collected registration no longer works.</summary>
    private static PosixSignalRegistration[] _registrations = [];

    public static CancellationToken Token => Stopped.Token;

    /// <summary>Set by SIGTERM: Slurm kills after KillWait, 30 s by default. The other signals are earlier warnings.</summary>
    public static CancellationToken KillIsNear => Terminated.Token;

    /// <summary>Catches the signals until the process ends.</summary>
    public static void Catch() => _registrations =
    [
        .. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, UserSignal1, UserSignal2, PosixSignal.SIGHUP }
            .Where(signal => signal is not PosixSignal.SIGHUP || !IsHangupIgnored())
            .Select(signal => PosixSignalRegistration.Create(signal, Receive)),
        PosixSignalRegistration.Create(FileSizeExceeded, context => context.Cancel = true),
    ];

    /// <summary>Whether this process was started by nohup or the like: it must outlive its terminal.</summary>
    private static bool IsHangupIgnored()
    {
        const string Ignored = "SigIgn:"; // a bit for each signal, hexadecimal; that of SIGHUP, which has number 1, is the lowest
        try
        {
            string? line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal));
            return ulong.TryParse(line?[Ignored.Length..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong signals)
                && (signals & 1) != 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Receive(PosixSignalContext context)
    {
        context.Cancel = true;
        Stopped.Cancel();
        if (context.Signal == PosixSignal.SIGTERM)
        {
            Terminated.Cancel();
        }
    }
}
