using System.Diagnostics.CodeAnalysis;
using System.Text;
using SrBatch.Core.Errors;
using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Collectives;

/// <summary>Connects the processes of an MPI job, through main memory.</summary>
public sealed class MpiCollective : ICollective
{
    /// <summary>
    /// Most values in a call. Open MPI reduced 40 MB between two processes of a node in 9.7 ms in one call, and in 4.8 to 5.0 ms in calls
    /// of 4 to 16 MiB (2 cores, 2026-11-22).
    /// </summary>
    private const long Piece = (8 << 20) / sizeof(float);

    private readonly MpiConstants _mpi;
    private readonly CollectiveWatch _watch;

    private MpiCollective(MpiConstants mpi, int rank, int size, CollectiveWait wait)
    {
        (_mpi, Rank, Size, Name) = (mpi, rank, size, MpiLibrary.Version());
        _watch = wait.Watch(rank, size, message =>
        {
            wait.ReportSoon(message + CollectiveWait.Continuation);
            Abort((int)ExitCode.Stopped);
        });
    }

    public int Rank { get; }

    public int Size { get; }

    public string Name { get; }

    /// <param name="size">Number of processes that the launcher started.</param>
    /// <param name="source">Where that number comes from, for messages.</param>
    /// <param name="hasGpu">Whether this process computes on a GPU; either all do or none.</param>
    /// <param name="wait">How long calls may wait for the others.</param>
    /// <exception cref="SrBatchException">
    /// Exit code 69: there is no MPI, it does not see the other processes, or only some of them have a GPU.
    /// </exception>
    public static MpiCollective Start(int size, string source, bool hasGpu, CollectiveWait wait)
    {
        MpiConstants mpi = MpiLibrary.Load(Environment.GetEnvironmentVariable);
        using var watch = new CollectiveWatch(
            wait.Limit,
            (call, waited) =>
            {
                wait.ReportSoon(
                    $"a rank has not started: {call} has waited {waited.TotalSeconds:F0} s for all {size}, on node {wait.Node}. "
                    + "The log of the missing rank may say why.");
                ProcessEnd.Now((int)ExitCode.Stopped);
            },
            wait.KillIsNear);
        using CollectiveWatch.Waiting waiting = watch.Begin(nameof(Mpi.MPI_Init_thread));
        Require(Mpi.MPI_Init_thread(0, 0, mpi.ThreadSerialized, out _), nameof(Mpi.MPI_Init_thread));
        Require(Mpi.MPI_Comm_set_errhandler(mpi.World, mpi.ErrorsReturn), nameof(Mpi.MPI_Comm_set_errhandler));
        Require(Mpi.MPI_Comm_rank(mpi.World, out int rank), nameof(Mpi.MPI_Comm_rank));
        Require(Mpi.MPI_Comm_size(mpi.World, out int seen), nameof(Mpi.MPI_Comm_size));
        if (seen == size)
        {
            var ranks = new MpiCollective(mpi, rank, seen, wait);
            ranks.RequireOneKind(hasGpu);
            return ranks;
        }
        throw new SrBatchException(
                ExitCode.Unavailable,
                $"{source} reports {size} processes, but MPI sees {seen}: {MpiLibrary.Version()} does not understand this launcher, "
                    + "and each process would train alone. "
                    + "Start Open MPI with 'srun --mpi=pmix', MPICH and Intel MPI with 'srun --mpi=pmi2' "
                    + "('srun --mpi=list' lists what is available), or set SRBATCH_MPI to the library that belongs to the launcher.");
    }

    /// <summary>Whether only some processes have a GPU: then no other way to connect them helps.</summary>
    internal static bool IsMixed(SrBatchException fault) => fault.Data.Contains(nameof(IsMixed));

    private void RequireOneKind(bool hasGpu)
    {
        double[] gpus = new double[Size];
        gpus[Rank] = hasGpu ? 1 : 0;
        Sum(gpus);
        int[] without = [.. Enumerable.Range(0, Size).Where(rank => gpus[rank] == 0)];
        if (without.Length > 0 && without.Length < Size)
        {
            string who = hasGpu ? $"rank {string.Join(", ", without.Take(8))} has no GPU" : "this rank has no GPU";
            throw new SrBatchException(
                ExitCode.Unavailable,
                $"{who}, but {Size - without.Length} of {Size} ranks have one. Ask for as many GPUs as tasks on each node "
                    + "(--gpus-per-node, --ntasks-per-node), or pass --device cpu.")
            {
                Data = { [nameof(IsMixed)] = true },
            };
        }
    }

    public void Sum(Tensor values) => InMainMemory(values, pointer =>
    {
        long count = values.NumberOfElements;
        for (long at = 0; at < count; at += Piece)
        {
            Reduce(pointer + (nint)(at * sizeof(float)), (int)Math.Min(Piece, count - at), _mpi.Float);
        }
    });

    public unsafe void Sum(Span<double> values)
    {
        fixed (double* pointer = values)
        {
            Reduce((nint)pointer, values.Length, _mpi.Double);
        }
    }

    public void Broadcast(Tensor values) => InMainMemory(values, pointer =>
    {
        using CollectiveWatch.Waiting waiting = _watch.Begin(nameof(Mpi.MPI_Bcast));
        long count = values.NumberOfElements;
        for (long at = 0; at < count; at += Piece)
        {
            nint piece = pointer + (nint)(at * sizeof(float));
            Require(Mpi.MPI_Bcast(piece, (int)Math.Min(Piece, count - at), _mpi.Float, 0, _mpi.World), nameof(Mpi.MPI_Bcast));
        }
    });

    /// <summary>Replaces values by those of rank 0.</summary>
    internal unsafe void Broadcast(Span<byte> values)
    {
        using CollectiveWatch.Waiting waiting = _watch.Begin(nameof(Mpi.MPI_Bcast));
        fixed (byte* pointer = values)
        {
            Require(Mpi.MPI_Bcast((nint)pointer, values.Length, _mpi.Byte, 0, _mpi.World), nameof(Mpi.MPI_Bcast));
        }
    }

    public void Barrier()
    {
        using CollectiveWatch.Waiting waiting = _watch.Begin(nameof(Mpi.MPI_Barrier));
        Require(Mpi.MPI_Barrier(_mpi.World), nameof(Mpi.MPI_Barrier));
    }

    [DoesNotReturn]
    public void Abort(int exitCode)
    {
        // Under Slurm, MPICH asks srun to end all ranks and waits for its answer, which takes KillWait. A second is enough to ask.
        var asking = new Thread(() => _ = Mpi.MPI_Abort(_mpi.World, exitCode)) { IsBackground = true };
        asking.Start();
        asking.Join(TimeSpan.FromSeconds(1));
        ProcessEnd.Now(exitCode);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _ = Mpi.MPI_Finalize();
    }

    private void Reduce(nint pointer, int count, nint type)
    {
        using CollectiveWatch.Waiting waiting = _watch.Begin(nameof(Mpi.MPI_Allreduce));
        Require(Mpi.MPI_Allreduce(_mpi.InPlace, pointer, count, type, _mpi.Sum, _mpi.World), nameof(Mpi.MPI_Allreduce));
    }

    /// <summary>Copies tensors of a GPU to main memory and back, for clusters without NCCL.</summary>
    private static void InMainMemory(Tensor values, Action<nint> use)
    {
        if (values.dtype != ScalarType.Float32 || !values.is_contiguous())
        {
            throw new ArgumentException(
                $"{values.dtype}, contiguous: {values.is_contiguous()}; expected contiguous float32", nameof(values));
        }
        if (values.device_type == TorchSharp.DeviceType.CPU)
        {
            use((nint)LibTorch.DataPointer(values));
            return;
        }
        using var noGradient = no_grad();
        using Tensor host = values.cpu();
        use((nint)LibTorch.DataPointer(host));
        values.copy_(host);
    }

    private static void Require(int code, string call)
    {
        if (code != 0)
        {
            Span<byte> text = stackalloc byte[1024]; // MPI_MAX_ERROR_STRING is 256 to 1024
            _ = Mpi.MPI_Error_string(code, text, out int length);
            string reason = Encoding.UTF8.GetString(text[..Math.Clamp(length, 0, text.Length)]);
            throw new SrBatchException(ExitCode.Unavailable, $"{call} failed: {reason} (MPI error {code})");
        }
    }
}
