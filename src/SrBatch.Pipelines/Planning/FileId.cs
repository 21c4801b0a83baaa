using SrBatch.Core.Manifests;

namespace SrBatch.Pipelines.Planning;

/// <summary>Makes an image's id from the path of its file.</summary>
internal static class FileId
{
    /// <param name="relativePath">Without the file's ending. Folders become part of the id, joined by '_'.</param>
    public static string Of(string relativePath)
    {
        string path = relativePath.Replace("../", "", StringComparison.Ordinal);
        char[] id = [.. path.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')];
        string text = new string(id.Length > ImageEntry.LongestId ? id[^ImageEntry.LongestId..] : id).TrimStart('.');
        return text.Length > 0 ? text : "image";
    }
}
