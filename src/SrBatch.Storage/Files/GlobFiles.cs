using Microsoft.Extensions.FileSystemGlobbing;

namespace SrBatch.Storage.Files;

/// <summary>Files that match a pattern of <c>*</c> (within a name), <c>?</c>-free, and <c>**</c> (any folders).</summary>
public static class GlobFiles
{
    /// <summary>Expands a pattern.</summary>
    /// <param name="folder">What a relative pattern starts from.</param>
    /// <param name="pattern">E.g. <c>night/**/*.h5</c>; may be absolute or begin with <c>../</c>. Letter case counts.</param>
    /// <returns>Absolute paths, each once, in ordinal order; none when a folder is missing.</returns>
    public static IReadOnlyList<string> Expand(string folder, string pattern)
    {
        // The part without wildcards becomes the folder, so that nothing beside it is searched.
        var parts = pattern.Split('/');
        var literal = Array.FindIndex(parts, part => part.Contains('*'));
        literal = literal < 0 ? parts.Length - 1 : literal;
        var from = Path.GetFullPath(Path.Combine(folder, pattern.StartsWith('/') ? "/" : "", string.Join('/', parts[..literal]).TrimStart('/')));
        if (!Directory.Exists(from))
        {
            return [];
        }
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddInclude(string.Join('/', parts[literal..]));
        return matcher.GetResultsInFullPath(from).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
    }
}
