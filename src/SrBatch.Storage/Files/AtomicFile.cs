using System.Text;
using SrBatch.Core.Errors;

namespace SrBatch.Storage.Files;

/// <summary>
/// Writes files that are never incomplete: writes beside the target, flushes to disk, renames over the target and flushes the folder.
/// Creates missing folders. Throws <see cref="SrBatchException"/> with exit 74 when the disk refuses.
/// </summary>
public static class AtomicFile
{
    /// <summary>Begins a file for a writer that needs a path, such as HDF5.</summary>
    /// <param name="path">The final name.</param>
    /// <param name="elsewhere">Folder on a faster disk where it is written first; null: beside its final name.</param>
    public static StagedFile Stage(string path, string? elsewhere = null) => new(path, elsewhere);

    /// <summary>Checks, before the work begins, that the name of an image's file can be given to it.</summary>
    /// <exception cref="SrBatchException">A folder has the name (exit 65): other images can be written.</exception>
    public static void RequireNoFolder(string path)
    {
        if (Directory.Exists(path))
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed, $"{path} is a folder; the image's file needs its name. Move the folder away, then run again.");
        }
    }

    /// <summary>Writes through a stream. If <paramref name="write"/> throws, the target stays unchanged.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        using var staged = Stage(path);
        Fill(staged, path, write);
        staged.Commit();
    }

    public static void WriteBytes(string path, ReadOnlyMemory<byte> bytes) => Write(path, stream => stream.Write(bytes.Span));

    /// <summary>UTF-8 without a byte order mark.</summary>
    public static void WriteText(string path, string text) => WriteBytes(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Like <see cref="Write"/>, but only if the file does not exist yet.</summary>
    /// <returns>False if another task created it first.</returns>
    public static bool CreateNew(string path, Action<Stream> write)
    {
        using var staged = Stage(path);
        Fill(staged, path, write);
        return staged.CommitNew();
    }

    /// <returns>False if another task created it first.</returns>
    public static bool CreateNew(string path, string text) => CreateNew(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static void Fill(StagedFile staged, string path, Action<Stream> write)
    {
        try
        {
            using var stream = new FileStream(staged.Path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, bufferSize: 1 << 16);
            write(stream);
        }
        catch (Exception e) when (DiskError.Of(path, e) is { } error)
        {
            throw error;
        }
    }
}
