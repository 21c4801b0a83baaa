using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using SrBatch.Core.Errors;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Collectives;

/// <summary>
/// The GPUs of a training's processes, one each. NCCL works in libtorch's own stream: after the backward pass that is in it, before the optimizer. Each call waits
/// for it, as another rank that hangs is only noticed by who waits.
/// </summary>
public sealed class NcclCollective : ICollective
{
    private static readonly TimeSpan EverySecond = TimeSpan.FromSeconds(1);

    /// <summary>ncclCommAbort itself waits for the GPU.</summary>
    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(10);

    private readonly ComputeDevice _device;
    private readonly NcclCommunicator _communicator;
    private readonly MpiCollective? _mpi;
    private readonly Action<int> _end;
    private readonly CollectiveWatch _watch;
    private readonly Timer _faults;
    private readonly Action<string> _report;

    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="rank">This process.</param>
    /// <param name="size">All processes.</param>
    /// <param name="id">The same on all.</param>
    /// <param name="device">No other process's. The tests' stand-in for NCCL works in main memory.</param>
    /// <param name="mpi">What carried the id; ends the other ranks, too, and is disposed with this. Null: the launcher must notice that this process has ended.</param>
    /// <param name="limit">Longest that a call may wait for the others.</param>
    /// <param name="report">Takes a line for the log when one does.</param>
    /// <param name="end">How this process ends, by the exit code; null: through MPI, or at once.</param>
    /// <param name="pollEvery">How often NCCL is asked for faults; null: every second.</param>
    /// <param name="hurry">See <see cref="CollectiveWatch"/>.</param>
    /// <exception cref="SrBatchException">Exit code 69: NCCL refuses.</exception>
    internal NcclCollective(string name, int rank, int size, NcclId id, ComputeDevice device, MpiCollective? mpi, TimeSpan limit, Action<string> report, Action<int>? end = null, TimeSpan? pollEvery = null, CancellationToken hurry = default)
    {
        (Name, Rank, Size, _device, _mpi, _report) = (name, rank, size, device, mpi, report);
        _end = end ?? (mpi is null ? ProcessEnd.Now : mpi.Abort);
        _watch = new CollectiveWatch(limit, (call, waited) => EndAll($"rank {rank} of {size} has waited {waited.TotalSeconds:F0} s in {call}: another rank hangs or is gone. Its log may tell why; the same command goes on from the newest checkpoint."), hurry);
        if (IsGpu)
        {
            CudaDevice.MakeCurrent(GpuIndex);
        }
        using (_watch.Begin(nameof(Nccl.ncclCommInitRank)))
        {
            _communicator = new NcclCommunicator(rank, size, id);
        }
        TimeSpan poll = pollEvery ?? EverySecond;
        _faults = new Timer(_ => CheckFault(), null, poll, poll);
    }

    public int Rank { get; }

    public int Size { get; }

    public string Name { get; }

    private bool IsGpu => _device.Torch.type == TorchSharp.DeviceType.CUDA;

    private int GpuIndex => Math.Max(0, _device.Torch.index);

    private nint Stream => IsGpu ? CudaDevice.CurrentStream(GpuIndex) : 0;

    public void Sum(Tensor values)
    {
        nint pointer = PointerOf(values);
        using CollectiveWatch.Waiting waiting = _watch.Begin(nameof(Nccl.ncclAllReduce));
        _communicator.Sum(pointer, values.NumberOfElements, NcclType.Float32, Stream);
        Finish();
    }

    public void Sum(Span<double> values)
    {
        using var noGradient = no_grad();
        using CollectiveWatch.Waiting waiting = _watch.Begin(nameof(Nccl.ncclAllReduce));
        using Tensor onDevice = tensor(values.ToArray(), float64, _device.Torch);
        _communicator.Sum((nint)LibTorch.DataPointer(onDevice), values.Length, NcclType.Float64, Stream);
        using Tensor summed = onDevice.cpu(); // waits for the stream
        summed.data<double>().ToArray().CopyTo(values);
    }

    public void Broadcast(Tensor values)
    {
        nint pointer = PointerOf(values);
        using CollectiveWatch.Waiting waiting = _watch.Begin(nameof(Nccl.ncclBroadcast));
        _communicator.Broadcast(pointer, values.NumberOfElements, NcclType.Float32, Stream);
        Finish();
    }

    /// <summary>A sum that needs all ranks; NCCL has no barrier of its own.</summary>
    public void Barrier()
    {
        Span<double> present = [1];
        Sum(present);
    }

    [DoesNotReturn]
    public void Abort(int exitCode)
    {
        // It frees the GPU from waiting, but whatever becomes of it, the process ends.
        _ = Task.Run(() => _communicator?.Abort()).Wait(AbortLimit);
        _end(exitCode);
        throw new UnreachableException("the end returned");
    }

    public void Dispose()
    {
        _faults.Dispose();
        _watch.Dispose();
        _communicator.Dispose();
        _mpi?.Dispose();
    }

    /// <summary>Ends all ranks when NCCL has met a fault: a rank that is gone, a link that is down.</summary>
    internal void CheckFault()
    {
        if (_communicator.Fault() is { } fault)
        {
            EndAll($"rank {Rank} of {Size}: NCCL reports {fault}: another rank or the network between is gone. The same command goes on from the newest checkpoint.");
        }
    }

    private void EndAll(string reason)
    {
        _report(reason);
        Abort((int)ExitCode.Stopped);
    }

    private void Finish()
    {
        if (IsGpu)
        {
            cuda.synchronize(_device.Torch);
        }
    }

    private nint PointerOf(Tensor values)
    {
        if (values.dtype != ScalarType.Float32 || !values.is_contiguous() || values.device_type != _device.Torch.type)
        {
            throw new ArgumentException($"{values.dtype} on {values.device}, contiguous: {values.is_contiguous()}; expected contiguous float32 on {_device.Name}", nameof(values));
        }
        return (nint)LibTorch.DataPointer(values);
    }
}
