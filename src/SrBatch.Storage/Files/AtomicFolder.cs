using SrBatch.Core.Errors;

namespace SrBatch.Storage.Files;

/// <summary>Writes folders that are never incomplete: writes beside the target, flushes to disk, then renames.</summary>
public static class AtomicFolder
{
    /// <summary>Makes an empty folder where there is none.</summary>
    /// <exception cref="SrBatchException">The disk refused it (exit 74).</exception>
    public static void Ensure(string path)
    {
        try
        {
            _ = Directory.CreateDirectory(path);
        }
        catch (Exception e) when (DiskError.Of(path, e) is { } error)
        {
            throw error;
        }
    }

    /// <param name="path">The folder; must not exist.</param>
    /// <param name="files">Content of its files, by name.</param>
    /// <exception cref="SrBatchException">The disk refused it (exit 74).</exception>
    public static void CreateNew(string path, IEnumerable<(string Name, ReadOnlyMemory<byte> Bytes)> files)
    {
        path = Path.GetFullPath(path);
        var staged = TemporaryName.For(path);
        try
        {
            foreach (var (name, bytes) in files)
            {
                AtomicFile.WriteBytes(Path.Combine(staged, name), bytes);
            }
            Directory.Move(staged, path);
        }
        catch (Exception e) when (DiskError.Of(path, e) is { } error)
        {
            throw error;
        }
        finally
        {
            if (Directory.Exists(staged))
            {
                Directory.Delete(staged, recursive: true);
            }
        }
    }
}
