using System.Runtime.InteropServices;

namespace SrBatch.Worker.Cluster;

/// <summary>
/// Turns the signals by which Slurm and people end a job into a token, so that work stops at a safe point. Repeated signals change nothing.
/// SIGXFSZ is caught without effect, to the very end, as libhdf5 tries once more to write when the process exits: the write that raised it fails
/// with EFBIG, which has a message and an exit code; the default kills silently.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    // Raw numbers of Linux; .NET names none of the three.
    private const PosixSignal UserSignal1 = (PosixSignal)10, UserSignal2 = (PosixSignal)12, FileSizeExceeded = (PosixSignal)25;

    private static PosixSignalRegistration? _fileSizeExceeded;

    private readonly CancellationTokenSource _stop = new(), _hurry = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals()
    {
        _registrations = [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, UserSignal1, UserSignal2 }.Select(signal => PosixSignalRegistration.Create(signal, Receive))];
        _fileSizeExceeded ??= PosixSignalRegistration.Create(FileSizeExceeded, context => context.Cancel = true);
    }

    public CancellationToken Token => _stop.Token;

    /// <summary>Set by SIGTERM: after KillWait, 30 s by default, Slurm kills. The other signals are warnings that come earlier.</summary>
    public CancellationToken Hurry => _hurry.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
        _stop.Dispose();
        _hurry.Dispose();
    }

    private void Receive(PosixSignalContext context)
    {
        context.Cancel = true;
        _stop.Cancel();
        if (context.Signal == PosixSignal.SIGTERM)
        {
            _hurry.Cancel();
        }
    }
}
