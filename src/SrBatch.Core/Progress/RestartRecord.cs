namespace SrBatch.Core.Progress;

/// <summary>At which of a job's restarts its work had last moved on; all restarts since then were in vain.</summary>
/// <param name="Restart">Slurm's count at that start; 0 is the first start.</param>
/// <param name="Done">Finished units: images, or 1 when the model is written.</param>
/// <param name="Kept">What is kept of unfinished ones: bytes of images, or steps of a training.</param>
/// <param name="Judged">The last start that came as far as comparing.</param>
public sealed record RestartRecord(int Restart, long Done, long Kept, int Judged)
{
    /// <summary>Whether a start that finds this has more than <paramref name="before"/> had.</summary>
    public bool IsBeyond(RestartRecord before) => Done > before.Done || (Done == before.Done && Kept > before.Kept);
}
