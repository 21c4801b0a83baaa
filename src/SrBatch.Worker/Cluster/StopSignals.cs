using System.Runtime.InteropServices;

namespace SrBatch.Worker.Cluster;

/// <summary>Turns the signals by which Slurm and people end a job into a token, so that work stops at a safe point. Repeated signals change nothing.</summary>
internal sealed class StopSignals : IDisposable
{
    // Raw numbers of Linux; .NET names neither of the two.
    private const PosixSignal UserSignal1 = (PosixSignal)10, UserSignal2 = (PosixSignal)12;

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations =
        [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, UserSignal1, UserSignal2 }.Select(signal => PosixSignalRegistration.Create(signal, Receive))];

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
        _stop.Dispose();
    }

    private void Receive(PosixSignalContext context)
    {
        context.Cancel = true;
        _stop.Cancel();
    }
}
