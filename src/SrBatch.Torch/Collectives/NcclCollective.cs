using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using SrBatch.Core.Errors;
using SrBatch.Torch.Devices;
using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Collectives;

/// <summary>
/// Connects the GPUs of a training's processes, one each. NCCL works in libtorch's own stream, so after the backward pass and before the
/// optimizer. Each call waits for the stream, so that a rank that hangs is noticed.
/// </summary>
public sealed class NcclCollective : ICollective
{
    private static readonly TimeSpan EverySecond = TimeSpan.FromSeconds(1);

    /// <summary>Limit for ncclCommAbort, which itself waits for the GPU.</summary>
    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(10);

    private readonly ComputeDevice _device;
    private readonly NcclCommunicator _communicator;
    private readonly MpiCollective? _mpi;
    private readonly Action<int> _end;
    private readonly CollectiveWatch _watch;
    private readonly Timer _faults;
    private readonly Action<string> _report;

    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="exchange">
    /// Rank, number of ranks, and the id that all of them have. Its MPI also ends the other ranks, and is disposed with this; without
    /// MPI, the launcher must notice that this process has ended.
    /// </param>
    /// <param name="device">A GPU that no other process uses. The stand-in for NCCL in the tests works in main memory.</param>
    /// <param name="wait">How long calls may wait for the others.</param>
    /// <param name="end">Ends this process with an exit code; null: through MPI, or at once.</param>
    /// <param name="pollEvery">How often to ask NCCL for faults; null: every second.</param>
    /// <exception cref="SrBatchException">Exit code 69: NCCL fails.</exception>
    internal NcclCollective(
        string name,
        NcclIdExchange exchange,
        ComputeDevice device,
        CollectiveWait wait,
        Action<int>? end = null,
        TimeSpan? pollEvery = null)
    {
        (Name, Rank, Size, _device, _mpi, _report) = (name, exchange.Rank, exchange.Size, device, exchange.Mpi, wait.ReportSoon);
        _end = end ?? (_mpi is null ? ProcessEnd.Now : _mpi.Abort);
        _watch = wait.Watch(Rank, Size, message => EndAll(message + CollectiveWait.Continuation));
        if (IsGpu)
        {
            CudaDevice.MakeCurrent(GpuIndex);
        }
        using (_watch.Begin(nameof(Nccl.ncclCommInitRank)))
        {
            _communicator = new NcclCommunicator(Rank, Size, exchange.Id);
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

    /// <summary>A sum over all ranks, as NCCL has no barrier.</summary>
    public void Barrier()
    {
        Span<double> present = [1];
        Sum(present);
    }

    [DoesNotReturn]
    public void Abort(int exitCode)
    {
        // Aborting stops the GPU from waiting. The process ends, whether that succeeds or not.
        _ = Task.Run(() => _communicator?.Abort()).Wait(AbortLimit);
        _end(exitCode);
        throw new UnreachableException("ending the process returned");
    }

    public void Dispose()
    {
        _faults.Dispose();
        _watch.Dispose();
        _communicator.Dispose();
        _mpi?.Dispose();
    }

    /// <summary>Ends all ranks when NCCL has found a fault, such as a lost rank or network link.</summary>
    internal void CheckFault()
    {
        if (_communicator.Fault() is { } fault)
        {
            EndAll($"rank {Rank} of {Size}: NCCL reports {fault}: another rank or the network is gone." + CollectiveWait.Continuation);
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
            throw new ArgumentException(
                $"{values.dtype} on {values.device}, contiguous: {values.is_contiguous()}; expected contiguous float32 on {_device.Name}",
                nameof(values));
        }
        return (nint)LibTorch.DataPointer(values);
    }
}
