using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace SrBatch.Torch.Collectives;

/// <summary>
/// Operations that the processes of one training do together. All of them call the same methods in the same order; each call returns when
/// all have called. When a process does not call in time, the whole training ends (<see cref="CollectiveWatch"/>).
/// </summary>
public interface ICollective : IDisposable
{
    /// <summary>0 to <see cref="Size"/> - 1. Rank 0 writes files.</summary>
    int Rank { get; }

    int Size { get; }

    /// <summary>For the log, e.g. <c>Open MPI v4.1.4</c>.</summary>
    string Name { get; }

    /// <summary>Replaces values by their sum over all ranks, which is the same on each to the last bit.</summary>
    /// <param name="values">Contiguous, float32, on this process's device.</param>
    void Sum(Tensor values);

    /// <inheritdoc cref="Sum(Tensor)"/>
    void Sum(Span<double> values);

    /// <summary>Replaces values by those of rank 0.</summary>
    /// <param name="values">Contiguous, float32, on this process's device.</param>
    void Broadcast(Tensor values);

    void Barrier();

    /// <summary>Ends all ranks at once, as the others would wait for one that has failed.</summary>
    /// <param name="exitCode">Exit code of this process. Launchers return the same or another code that is not 0.</param>
    [DoesNotReturn]
    void Abort(int exitCode);
}
