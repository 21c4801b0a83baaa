namespace SrBatch.Pipelines.Host;

/// <summary>How much memory the parts of a run may use; what the cgroup allows counts, not what the node has.</summary>
internal static class MemoryBudget
{
    private static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>What the process takes beside the windows: libtorch, the images' rows on their way in and out, unpacked chunks.</summary>
    private const long BesideTiles = 768L << 20;

    /// <summary>
    /// Activations of a window: 2 GiB, beyond which little is gained, or less where there is less. Not more on a large node unless asked for, so that an image is
    /// cut alike everywhere.
    /// </summary>
    /// <param name="asked">Bytes that the whole process may use; null: as much as is sensible.</param>
    /// <param name="given">Bytes that Slurm gives; null: it does not say. The cgroup counts as well.</param>
    public static long ForTiles(long? asked = null, long? given = null) =>
        Math.Max(64L << 20, asked is { } bytes ? bytes - BesideTiles : Math.Min(2L << 30, Math.Min(given ?? long.MaxValue, Available) - BesideTiles));

    /// <summary>
    /// Activations of the windows that a GPU gets at once: what it has left, but for a quarter that convolutions may take for themselves. Beyond 8 GiB, a window
    /// of 3,800 x 3,800 at 32 features, halos are little of the work, and maps soon have more values than 32 bits count, which cuDNN is slower with.
    /// </summary>
    /// <param name="free">Bytes that the GPU has left.</param>
    public static long ForGpuTiles(long free) => Math.Clamp(free / 4 * 3, 64L << 20, 8L << 30);

    /// <summary>Planes that classical methods work on side by side.</summary>
    public static long ForBaselines => Available / 2;

    /// <summary>Training planes kept decoded.</summary>
    public static long ForTrainingPlanes => Available / 4;

    /// <summary>Images that are decoded for a while because the ones above fill their share.</summary>
    public static long ForPassingImages => Available / 8;

    /// <summary>Batches made before the network wants them.</summary>
    public static long ForBatchesAhead => Math.Min(256L << 20, Available / 16);

    /// <summary>Unpacked chunks under the patches that all threads read.</summary>
    public static long ForPatchChunks => Math.Min(2L << 30, Available / 16);
}
