using System.IO.Enumeration;
using Microsoft.Extensions.FileSystemGlobbing;

namespace SrBatch.Storage.Files;

/// <summary>
/// Finds the files that match a pattern of <c>*</c> (any part of a name) and <c>**</c> (any folders). There is no <c>?</c>.
/// </summary>
public static class GlobFiles
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <inheritdoc cref="Find"/>
    /// <returns>The files alone.</returns>
    public static IReadOnlyList<string> Expand(string folder, string pattern, Predicate<string>? isLeftOut = null) =>
        Find(folder, pattern, isLeftOut).Files;

    /// <summary>Expands a pattern.</summary>
    /// <param name="folder">Start of a relative pattern.</param>
    /// <param name="pattern">E.g. <c>night/**/*.h5</c>; may be absolute or begin with <c>../</c>. Case-sensitive.</param>
    /// <param name="isLeftOut">Whether to skip a folder, given its path. Not called for <paramref name="folder"/> itself.</param>
    /// <returns>
    /// Absolute paths without duplicates, in ordinal order; empty if a folder is missing. Symbolic links to folders are followed, but no
    /// folder is searched twice, so that cycles end.
    /// </returns>
    public static GlobFound Find(string folder, string pattern, Predicate<string>? isLeftOut = null)
    {
        // Search only below the part of the pattern without wildcards.
        var parts = pattern.Split('/');
        var literal = Array.FindIndex(parts, part => part.Contains('*'));
        literal = literal < 0 ? parts.Length - 1 : literal;
        var start = string.Join('/', parts[..literal]).TrimStart('/');
        var from = Path.GetFullPath(Path.Combine(folder, pattern.StartsWith('/') ? "/" : "", start));
        var isAny = parts.AsSpan(literal) is ["**", "*"]; // a match costs more than all else
        var exact = MatcherOf(StringComparison.Ordinal);
        var anyCase = MatcherOf(StringComparison.OrdinalIgnoreCase);
        var depth = parts.AsSpan(literal).Contains("**") ? int.MaxValue : parts.Length - literal;
        List<string> files = [], otherCase = [];
        List<OddName> odd = [];
        List<(string Folder, string Reason)> unreadable = [];
        foreach (var path in Files(from, depth, isLeftOut ?? (_ => false), odd, unreadable))
        {
            if (isAny)
            {
                files.Add(path);
            }
            else if (anyCase.Match(from, path).HasMatches)
            {
                (exact.Match(from, path).HasMatches ? files : otherCase).Add(path);
            }
        }
        files.Sort(StringComparer.Ordinal);
        otherCase.Sort(StringComparer.Ordinal);
        unreadable.Sort();
        return new GlobFound(
            files,
            otherCase,
            odd.FindAll(name => name.IsFolder || isAny || exact.Match(from, name.Path).HasMatches),
            [
                .. unreadable.Where(folder => MayLead(parts.AsSpan(literal), Path.GetRelativePath(from, folder.Folder)))
                    .Select(folder => $"{folder.Folder}: this folder cannot be read, so what is in it is passed over: {folder.Reason}"),
            ]);

        Matcher MatcherOf(StringComparison comparison)
        {
            var matcher = new Matcher(comparison);
            matcher.AddInclude(string.Join('/', parts[literal..]));
            return matcher;
        }
    }

    /// <summary>Whether files below a folder may match.</summary>
    /// <param name="parts">The pattern's parts.</param>
    /// <param name="folder">Relative to the folder in which the pattern begins.</param>
    private static bool MayLead(ReadOnlySpan<string> parts, string folder)
    {
        if (folder == ".")
        {
            return true;
        }
        var names = folder.Split('/');
        for (var n = 0; n < names.Length && parts[n] != "**"; n++)
        {
            if (!FileSystemName.MatchesSimpleExpression(parts[n], names[n], ignoreCase: false))
            {
                return false;
            }
        }
        return true;
    }

    /// <param name="from">Where to begin.</param>
    /// <param name="depth">Most names that a path below it may have.</param>
    /// <param name="isLeftOut">See <see cref="Find"/>.</param>
    /// <param name="odd">Receives names that are not UTF-8; .NET cannot open these.</param>
    /// <param name="unreadable">Receives the folders that cannot be listed, and why.</param>
    private static IEnumerable<string> Files(
        string from, int depth, Predicate<string> isLeftOut, List<OddName> odd, List<(string Folder, string Reason)> unreadable)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        // Real folders before linked ones: a folder that can be reached both ways is listed under its real name.
        var folders = new PriorityQueue<(string Path, int Depth), (bool IsLinked, string Path)>(
            Comparer<(bool IsLinked, string Path)>.Create((a, b) =>
                a.IsLinked != b.IsLinked ? a.IsLinked.CompareTo(b.IsLinked) : string.CompareOrdinal(a.Path, b.Path)));
        folders.Enqueue((from, 1), (false, from));
        while (folders.TryDequeue(out var folder, out var order))
        {
            if (RealPath.Of(folder.Path) is { } real && !seen.Add(real))
            {
                continue;
            }
            var hasOddNames = false;
            foreach (var entry in EntriesOf(folder.Path, unreadable))
            {
                if (entry.Name.Contains('\uFFFD') && !Path.Exists(entry.FullName))
                {
                    hasOddNames = true;
                }
                else if ((entry.Attributes & FileAttributes.Directory) == 0)
                {
                    yield return entry.FullName;
                }
                else if (folder.Depth < depth && !isLeftOut(entry.FullName))
                {
                    var isLinked = order.IsLinked || (entry.Attributes & FileAttributes.ReparsePoint) != 0;
                    folders.Enqueue((entry.FullName, folder.Depth + 1), (isLinked, entry.FullName));
                }
            }
            if (hasOddNames)
            {
                odd.AddRange(OddName.In(folder.Path).Where(name => !name.IsFolder || folder.Depth < depth));
            }
        }
    }

    private static FileSystemInfo[] EntriesOf(string folder, List<(string Folder, string Reason)> unreadable)
    {
        try
        {
            return new DirectoryInfo(folder).GetFileSystemInfos("*", Everything);
        }
        catch (DirectoryNotFoundException)
        {
            return []; // deleted meanwhile
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            unreadable.Add((folder, fault is UnauthorizedAccessException ? "permission denied" : fault.Message));
            return [];
        }
    }
}
