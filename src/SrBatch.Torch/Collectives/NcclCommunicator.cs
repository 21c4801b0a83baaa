namespace SrBatch.Torch.Collectives;

/// <summary>
/// One rank's handle of an NCCL communicator; works on plain addresses. Calls only queue their work in a stream of the GPU, which does it
/// in order. <see cref="Fault"/> and <see cref="Abort"/> may be called from other threads.
/// </summary>
internal sealed class NcclCommunicator : IDisposable
{
    /// <summary>Most bytes in a call, as with MPI: little is lost when a call fails or is aborted.</summary>
    public const long PieceBytes = 8 << 20;

    private readonly Lock _lock = new();
    private nint _handle;

    /// <summary>Returns when all ranks have called it. Uses the calling thread's current GPU.</summary>
    /// <exception cref="Core.Errors.SrBatchException">Exit code 69: NCCL fails.</exception>
    public NcclCommunicator(int rank, int size, NcclId id) =>
        Nccl.Require(Nccl.ncclCommInitRank(out _handle, size, id, rank), nameof(Nccl.ncclCommInitRank));

    /// <summary>Replaces values by their sum over all ranks.</summary>
    /// <param name="values">Address in the GPU's memory.</param>
    /// <param name="count">Number of values, not bytes.</param>
    /// <param name="stream">A cudaStream_t; 0: the default one.</param>
    public void Sum(nint values, long count, NcclType type, nint stream) =>
        InPieces(values, count, type, nameof(Nccl.ncclAllReduce),
            (at, length) => Nccl.ncclAllReduce(at, at, length, type, Nccl.OperationSum, _handle, stream));

    /// <summary>Replaces values by those of rank 0.</summary>
    /// <inheritdoc cref="Sum"/>
    public void Broadcast(nint values, long count, NcclType type, nint stream) =>
        InPieces(values, count, type, nameof(Nccl.ncclBroadcast),
            (at, length) => Nccl.ncclBroadcast(at, at, length, type, root: 0, _handle, stream));

    /// <summary>NCCL's message when something failed in the GPU or between nodes; else null.</summary>
    public string? Fault()
    {
        lock (_lock)
        {
            if (_handle == 0)
            {
                return null;
            }
            int asking = Nccl.ncclCommGetAsyncError(_handle, out int result);
            return (asking, result) is (0, 0) ? null : Nccl.Text(asking != 0 ? asking : result);
        }
    }

    /// <summary>Cancels waiting work in the GPU and ends the communicator.</summary>
    public void Abort() => End(Nccl.ncclCommAbort);

    public void Dispose() => End(Nccl.ncclCommDestroy);

    private void End(Func<nint, int> end)
    {
        lock (_lock)
        {
            if (_handle != 0)
            {
                _ = end(_handle);
                _handle = 0;
            }
        }
    }

    private void InPieces(nint values, long count, NcclType type, string call, Func<nint, nuint, int> use)
    {
        ObjectDisposedException.ThrowIf(_handle == 0, this);
        long bytes = type == NcclType.Float32 ? sizeof(float) : sizeof(double), piece = PieceBytes / bytes;
        for (long at = 0; at < count; at += piece)
        {
            Nccl.Require(use(values + (nint)(at * bytes), (nuint)Math.Min(piece, count - at)), call);
        }
    }
}
