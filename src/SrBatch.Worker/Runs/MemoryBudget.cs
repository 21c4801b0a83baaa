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
}
