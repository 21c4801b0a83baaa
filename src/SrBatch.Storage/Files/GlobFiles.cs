using Microsoft.Extensions.FileSystemGlobbing;

namespace SrBatch.Storage.Files;

/// <summary>Files that match a pattern of <c>*</c> (within a name), <c>?</c>-free, and <c>**</c> (any folders).</summary>
public static class GlobFiles
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <summary>Expands a pattern.</summary>
    /// <param name="folder">What a relative pattern starts from.</param>
    /// <param name="pattern">E.g. <c>night/**/*.h5</c>; may be absolute or begin with <c>../</c>. Letter case counts.</param>
    /// <param name="isLeftOut">Whether a folder, given by its path, is not gone into; <paramref name="folder"/> itself is not asked about.</param>
    /// <returns>
    /// Absolute paths, each once, in ordinal order; none when a folder is missing. Symbolic links to folders are followed, but no folder is
    /// gone into twice, so that cycles end.
    /// </returns>
    public static IReadOnlyList<string> Expand(string folder, string pattern, Predicate<string>? isLeftOut = null)
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
        var isAny = parts.AsSpan(literal) is ["**", "*"]; // a match costs more than all else
        var depth = parts.AsSpan(literal).Contains("**") ? int.MaxValue : parts.Length - literal;
        return Files(from, depth, isLeftOut ?? (_ => false)).Where(path => isAny || matcher.Match(from, path).HasMatches).Order(StringComparer.Ordinal).ToList();
    }

    /// <param name="from">Where to begin.</param>
    /// <param name="depth">Names that a path below may have.</param>
    /// <param name="isLeftOut">See <see cref="Expand"/>.</param>
    private static IEnumerable<string> Files(string from, int depth, Predicate<string> isLeftOut)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        // Real folders before linked ones: a folder that can be reached both ways keeps its own name.
        var folders = new PriorityQueue<(string Path, int Depth), (bool IsLinked, string Path)>(
            Comparer<(bool IsLinked, string Path)>.Create((a, b) => a.IsLinked != b.IsLinked ? a.IsLinked.CompareTo(b.IsLinked) : string.CompareOrdinal(a.Path, b.Path)));
        folders.Enqueue((from, 1), (false, from));
        while (folders.TryDequeue(out var folder, out var order))
        {
            if (RealPath.Of(folder.Path) is not { } real || !seen.Add(real))
            {
                continue;
            }
            foreach (var entry in new DirectoryInfo(folder.Path).EnumerateFileSystemInfos("*", Everything))
            {
                if ((entry.Attributes & FileAttributes.Directory) == 0)
                {
                    yield return entry.FullName;
                }
                else if (folder.Depth < depth && !isLeftOut(entry.FullName))
                {
                    var isLinked = order.IsLinked || (entry.Attributes & FileAttributes.ReparsePoint) != 0;
                    folders.Enqueue((entry.FullName, folder.Depth + 1), (isLinked, entry.FullName));
                }
            }
        }
    }
}
