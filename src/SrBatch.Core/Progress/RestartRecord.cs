namespace SrBatch.Core.Progress;

/// <summary>The restart of a job before which its work last made progress; all restarts since then achieved nothing.</summary>
/// <param name="Restart">Slurm's count at that start; 0 is the first start.</param>
/// <param name="Done">Finished units: images, or 1 if the model is written.</param>
/// <param name="Kept">Saved parts of unfinished units: bytes of images, or steps of a training.</param>
/// <param name="Judged">The last start that compared its progress.</param>
public sealed record RestartRecord(int Restart, long Done, long Kept, int Judged)
{
    /// <summary>Whether this is progress since <paramref name="before"/>.</summary>
    public bool IsBeyond(RestartRecord before) => Done > before.Done || (Done == before.Done && Kept > before.Kept);
}
