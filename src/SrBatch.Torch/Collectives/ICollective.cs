using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace SrBatch.Torch.Collectives;

/// <summary>
/// What the processes of one training do together. All of them call the same methods in the same order; each call returns when all have come. A process that
/// does not come ends the whole training (<see cref="CollectiveWatch"/>).
/// </summary>
public interface ICollective : IDisposable
{
    /// <summary>0 to <see cref="Size"/> - 1. Rank 0 writes files.</summary>
    int Rank { get; }

    int Size { get; }

    /// <summary>For the log, e.g. <c>Open MPI v4.1.4</c>.</summary>
    string Name { get; }

    /// <summary>Becomes the sum over all ranks, to the last bit the same on each.</summary>
    /// <param name="values">Contiguous, float32, on this process's device.</param>
    void Sum(Tensor values);

    /// <inheritdoc cref="Sum(Tensor)"/>
    void Sum(Span<double> values);

    /// <summary>Becomes what rank 0 has.</summary>
    /// <param name="values">Contiguous, float32, on this process's device.</param>
    void Broadcast(Tensor values);

    void Barrier();

    /// <summary>Ends all ranks, now: one that failed would leave the others waiting for it.</summary>
    /// <param name="exitCode">Of this process; launchers pass it on or end with another that is not 0.</param>
    [DoesNotReturn]
    void Abort(int exitCode);
}
