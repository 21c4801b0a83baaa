using System.Globalization;
using SrBatch.Storage.Crashes;

namespace SrBatch.Pipelines.Host;

/// <summary>
/// How much memory the parts of a run may use. The limits of the cgroup and of Slurm count, not the size of the node. The tasks of a job
/// that share a node share its memory: each gets an equal part, and what every process needs in any case is taken off first.
/// </summary>
internal sealed class MemoryBudget
{
    /// <summary>
    /// What each of several processes needs in any case: libtorch, networks with their moments, a training step, the smallest window, a
    /// few chunks. Measured without these two: 310 MiB with 16 features and the gan loss, 470 MiB with 32 (2026-11-30).
    /// </summary>
    public const long BytesOfProcess = 512L << 20;

    /// <summary>What a process needs besides windows: libtorch, rows of images being read and written, unpacked chunks.</summary>
    private const long BesideTiles = 768L << 20;

    /// <summary>Part of what each process needs in any case: without any, HDF5 would unpack a chunk anew for each patch.</summary>
    private const long LeastChunks = 16L << 20;

    private const long LeastTiles = 64L << 20, MostTiles = 2L << 30, MostGpuTiles = 8L << 30;

    /// <summary>What the budgets below are fractions of.</summary>
    private readonly long _share;

    /// <summary>What this process may use now: also counts what is free on the node and which processes run beside this one.</summary>
    public MemoryBudget(RunContext context)
        : this(
            Math.Min(Limit(context), context.Node.FreeMemory() ?? long.MaxValue),
            Math.Max(Tasks(context), context.Node.Neighbours()))
    {
    }

    /// <summary>What the limits of Slurm and the cgroup allow, whatever else runs: the same at each start of a task.</summary>
    public static MemoryBudget OfLimits(RunContext context) => new(Limit(context), Tasks(context));

    /// <param name="availableBytes">Memory that all processes on this node may use together.</param>
    /// <param name="processes">Number of these processes.</param>
    internal MemoryBudget(long availableBytes, int processes)
    {
        (AvailableBytes, Processes) = (availableBytes, processes);
        // The fractions leave a single process enough besides them.
        _share = processes == 1 ? availableBytes : Math.Max(0, (availableBytes / processes) - BytesOfProcess);
    }

    private static long Limit(RunContext context) =>
        Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, context.Slurm.MemoryBytes ?? long.MaxValue);

    private static int Tasks(RunContext context) => Math.Max(context.Slurm.Rank.LocalCount, context.Slurm.TasksOnNode);

    public long AvailableBytes { get; }

    public int Processes { get; }

    /// <summary>Planes that classical methods work on at the same time.</summary>
    public long ForBaselines => (_share / 2) >> Math.Min(CrashMark.MemoryKills, 10);

    /// <summary>Decoded training images. Images that do not fit are read from their files again and again.</summary>
    public long ForTrainingPlanes => _share / 4;

    /// <summary>Images that do not fit there, decoded while training planes are searched.</summary>
    public long ForPassingImages => _share / 8;

    /// <summary>Batches made before the network needs them.</summary>
    public long ForBatchesAhead => Math.Min(256L << 20, _share / 16);

    /// <summary>Unpacked chunks of the images that all threads read patches from.</summary>
    public long ForPatchChunks => Math.Clamp(_share / 16, LeastChunks, 2L << 30);

    /// <summary>
    /// Activations of a window: at most 2 GiB, since larger windows gain little. A large node gives no more unless asked, so that an image
    /// is cut in the same way everywhere.
    /// </summary>
    /// <param name="asked">Bytes that the whole process may use; null: choose.</param>
    public long ForTiles(long? asked = null)
    {
        long beside = Processes == 1 ? _share - BesideTiles : _share / 2;
        return Math.Max(LeastTiles, asked is { } bytes ? bytes - BesideTiles : Math.Min(MostTiles, beside));
    }

    /// <summary>
    /// Activations of the windows that a GPU computes at once: three quarters of its free memory, since convolutions need some for
    /// themselves. At most 8 GiB, a window of 3,800 x 3,800 pixels at 32 features: beyond, halos are a small part of the work, and maps
    /// soon have more values than 32 bits can count, which makes cuDNN slower.
    /// </summary>
    /// <param name="free">Free memory of the GPU, bytes.</param>
    public static long ForGpuTiles(long free) => Math.Clamp(free / 4 * 3, LeastTiles, MostGpuTiles);

    /// <summary>A warning if several processes may need more memory than there is, whatever the budgets; null if not.</summary>
    public string? Shortage => Processes == 1 || Processes * BytesOfProcess <= AvailableBytes
        ? null
        : $"{Processes} processes on this node need about {Text(Processes * BytesOfProcess)} in any case, "
            + $"but may use {Text(AvailableBytes)}: start fewer, or ask for more memory.";

    /// <summary>The budgets of a training, for the log.</summary>
    public string OfTraining()
    {
        string whole = $"{Text(AvailableBytes)} for {(Processes == 1 ? "one process" : $"{Processes} processes")} on this node";
        string each = Processes == 1 ? "" : "each process: ";
        return $"{whole}; {each}training images {Text(ForTrainingPlanes)}, others while they are measured {Text(ForPassingImages)}, "
            + $"batches ahead {Text(ForBatchesAhead)}, chunks {Text(ForPatchChunks)}, windows {Text(ForTiles())}";
    }

    private static string Text(long bytes) => bytes >= 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F0} MB");
}
