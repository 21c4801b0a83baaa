namespace SrBatch.Worker.Runs;

/// <summary>Names images by their files.</summary>
internal static class FileId
{
    /// <param name="relativePath">Without ending; folders become part of the name, joined by '_'.</param>
    public static string Of(string relativePath)
    {
        char[] id = [.. relativePath.Replace("../", "", StringComparison.Ordinal).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')];
        return new string(id).TrimStart('.') is { Length: > 0 } text ? text : "image";
    }
}
