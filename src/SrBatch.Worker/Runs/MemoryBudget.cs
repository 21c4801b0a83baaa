namespace SrBatch.Worker.Runs;

/// <summary>How much memory the parts of a run may use; what the cgroup allows counts, not what the node has.</summary>
internal static class MemoryBudget
{
    private static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Activations of one window.</summary>
    public static long ForTiles => Math.Min(2L << 30, Available / 4);

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
