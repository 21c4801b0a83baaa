using SrBatch.Core.Errors;

namespace SrBatch.Storage.Files;

/// <summary>Turns disk errors into messages that say what to do.</summary>
public static class DiskError
{
    /// <summary>Low 16 bits of the HResult with which .NET reports a full disk (Windows' ERROR_DISK_FULL).</summary>
    private const int WindowsDiskFull = 0x70;

    /// <summary>
    /// Whether the system refused or lost a file or folder that should be there: no permission, a full or failing disk, a folder that
    /// vanished. A single missing or short file does not count.
    /// </summary>
    public static bool IsOfSystem(Exception error) => error is UnauthorizedAccessException or DirectoryNotFoundException
        || (error is IOException && (error.HResult > 0 || IsFullDisk(error)));

    private static bool IsFullDisk(Exception error) => error.HResult < 0 && (error.HResult & 0xFFFF) == WindowsDiskFull;

    /// <summary>An exit-74 exception for an error while writing <paramref name="path"/>; null if it is not a disk error.</summary>
    internal static SrBatchException? Of(string path, Exception error) => error switch
    {
        SrBatchException => null,
        UnauthorizedAccessException => Make(path, Libc.EACCES, error),
        // .NET turns EFBIG into this exception.
        ArgumentOutOfRangeException { ParamName: "value" } => Make(path, Libc.EFBIG, error),
        DirectoryNotFoundException => new SrBatchException(ExitCode.CannotWrite,
            $"{path}: cannot be written: its folder is missing. Make the folder, or choose another.", error),
        IOException io => Make(path, IsFullDisk(io) ? Libc.ENOSPC : io.HResult, error),
        _ => null,
    };

    /// <summary>An exit-74 exception for an errno.</summary>
    internal static SrBatchException Make(string path, int errno, Exception? inner = null)
    {
        var (what, remedy) = errno switch
        {
            Libc.ENOSPC => ("the disk is full", "Free space or choose another run folder, then start again: finished images are kept"),
            Libc.EDQUOT => ("the disk quota is used up",
                "Free space (quota -s shows it) or choose another run folder, then start again: finished images are kept"),
            Libc.EROFS => ("the disk is mounted read-only", "Choose another run folder"),
            Libc.EACCES or Libc.EPERM => ("permission denied", "Check the owner and mode of the file and its folder"),
            Libc.EFBIG => ("the file is too large for this disk or for ulimit -f", "Raise the limit or choose another run folder"),
            _ => (inner?.Message ?? $"error {errno}", "Check the disk, then start again"),
        };
        return new SrBatchException(ExitCode.CannotWrite, $"{path}: cannot be written: {what}. {remedy}.", inner);
    }
}
