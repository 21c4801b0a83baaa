namespace SrBatch.Core.Errors;

/// <summary>What <c>srbatch</c> returns to the shell and to Slurm; numbers of sysexits.h, and 75/76 for Slurm's RequeueExit and RequeueExitHold.</summary>
public enum ExitCode
{
    Done = 0,

    /// <summary>Wrong command line.</summary>
    Usage = 64,

    /// <summary>Some images unreadable or failed; the others are done and listed.</summary>
    ImagesFailed = 65,

    /// <summary>Something is missing on this node: libtorch, libhdf5, a GPU.</summary>
    Unavailable = 69,

    /// <summary>A bug of ours; a trace is printed.</summary>
    Bug = 70,

    /// <summary>An output could not be written: disk full, quota, no permission.</summary>
    CannotWrite = 74,

    /// <summary>Stopped by a signal, saved, resumable.</summary>
    Stopped = 75,

    /// <summary>Restarts used up.</summary>
    RestartsUsedUp = 76,

    /// <summary>Bad manifest or options.</summary>
    BadManifest = 78,
}
