using SrBatch.Core.Planning;

namespace SrBatch.Storage.Files;

/// <summary>Reads the length and time of files without opening them.</summary>
public static class FileStamps
{
    /// <param name="path">A file, or a symbolic link to one; the link is followed.</param>
    /// <returns>Null if the file is missing or may not be read.</returns>
    public static FileStamp? Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            // A link has a length and time of its own.
            if ((file.Attributes & FileAttributes.ReparsePoint) != 0)
            {
                file = (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;
            }
            return new FileStamp(file.Length, file.LastWriteTimeUtc);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
