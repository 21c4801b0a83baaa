namespace SrBatch.Core.Errors;

/// <summary>
/// What <c>srbatch</c> returns to the shell and to Slurm. The numbers are those of sysexits.h; 75 and 76 are also meant for Slurm's
/// RequeueExit and RequeueExitHold.
/// </summary>
public enum ExitCode
{
    Done = 0,

    /// <summary>Wrong command line.</summary>
    Usage = 64,

    /// <summary>Some images could not be read or failed; the others are done. The report lists both.</summary>
    ImagesFailed = 65,

    /// <summary>Something is missing on this node: libtorch, libhdf5, a GPU.</summary>
    Unavailable = 69,

    /// <summary>A bug in srbatch; a stack trace is printed.</summary>
    Bug = 70,

    /// <summary>An output could not be written: disk full, quota, no permission.</summary>
    CannotWrite = 74,

    /// <summary>Stopped by a signal. The state is saved and the run can be resumed.</summary>
    Stopped = 75,

    /// <summary>The run failed again after the last allowed restart.</summary>
    RestartsUsedUp = 76,

    /// <summary>Bad manifest or options.</summary>
    BadManifest = 78,
}
