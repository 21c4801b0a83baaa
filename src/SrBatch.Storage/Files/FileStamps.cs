using SrBatch.Core.Planning;

namespace SrBatch.Storage.Files;

/// <summary>Looks at files without opening them.</summary>
public static class FileStamps
{
    /// <param name="path">Of a file, or of a symbolic link to one: then of what it leads to.</param>
    /// <returns>Null when there is none, or nobody may look.</returns>
    public static FileStamp? Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            // Length and time of a link are the link's own.
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
