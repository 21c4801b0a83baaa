using SrBatch.Core.Manifests;

namespace SrBatch.Pipelines.Planning;

/// <summary>Names images by their files.</summary>
internal static class FileId
{
    /// <param name="relativePath">Without ending; folders become part of the name, joined by '_'.</param>
    public static string Of(string relativePath)
    {
        char[] id = [.. relativePath.Replace("../", "", StringComparison.Ordinal).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')];
        string text = new string(id.Length > ImageEntry.LongestId ? id[^ImageEntry.LongestId..] : id).TrimStart('.');
        return text.Length > 0 ? text : "image";
    }
}
