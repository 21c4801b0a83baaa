using System.Text;

namespace SrBatch.Storage.Files;

/// <summary>
/// Writes files that are never half there: beside the target, forced to disk, renamed over it, the folder forced to disk.
/// Missing folders are made. What the disk refuses is a <see cref="Core.Errors.SrBatchException"/> with exit 74.
/// </summary>
public static class AtomicFile
{
    /// <summary>Begins a file for a writer that wants a path, such as HDF5.</summary>
    public static StagedFile Stage(string path) => new(path);

    /// <summary>Writes through a stream. If <paramref name="write"/> throws, the target stays as it was.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        using var staged = Stage(path);
        Fill(staged, path, write);
        staged.Commit();
    }

    public static void WriteBytes(string path, ReadOnlyMemory<byte> bytes) => Write(path, stream => stream.Write(bytes.Span));

    /// <summary>UTF-8 without a byte order mark.</summary>
    public static void WriteText(string path, string text) => WriteBytes(path, Encoding.UTF8.GetBytes(text));

    /// <summary>As <see cref="Write"/>, but only when there is no such file yet.</summary>
    /// <returns>False when another task was first.</returns>
    public static bool CreateNew(string path, Action<Stream> write)
    {
        using var staged = Stage(path);
        Fill(staged, path, write);
        return staged.CommitNew();
    }

    /// <returns>False when another task was first.</returns>
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
