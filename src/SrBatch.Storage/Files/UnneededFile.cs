using SrBatch.Core.Errors;

namespace SrBatch.Storage.Files;

/// <summary>Deletes files that are no longer needed.</summary>
public static class UnneededFile
{
    /// <summary>Deletes a file, or a folder with all that is in it; one that has vanished is no error.</summary>
    /// <exception cref="SrBatchException">It may not be deleted (exit 74).</exception>
    public static void Delete(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception e) when (DiskError.Of(path, e) is { } error)
        {
            throw error;
        }
    }
}
