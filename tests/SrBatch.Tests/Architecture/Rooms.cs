using System.Text.RegularExpressions;

namespace SrBatch.Tests.Architecture;

/// <summary>
/// Finds which folder of <c>src</c> uses types of which other one. A file uses a type when it names it and its namespace is visible.
/// </summary>
internal sealed partial class Rooms
{
    private Rooms(IReadOnlyList<string> files, IReadOnlyList<Use> uses) => (Files, Uses) = (files, uses);

    /// <summary>Paths from the root.</summary>
    public IReadOnlyList<string> Files { get; }

    public IReadOnlyList<Use> Uses { get; }

    /// <summary>A type of another room that a file names.</summary>
    internal sealed record Use(string From, string To, string File, string Type);

    /// <summary>The room of a file: its folder below <c>src</c>.</summary>
    public static string Of(string file) => Path.GetDirectoryName(file)!["src/".Length..];

    public static Rooms Of(IEnumerable<string> files) =>
        Of(files.ToDictionary(file => file, file => System.IO.File.ReadAllText(Path.Combine(SourceTree.Root, file))));

    /// <param name="texts">By path.</param>
    public static Rooms Of(IReadOnlyDictionary<string, string> texts)
    {
        Dictionary<string, string> code = texts.ToDictionary(text => text.Key, text => Comment().Replace(text.Value, ""));
        Dictionary<string, string> space = code.ToDictionary(text => text.Key, text => Namespace().Match(text.Value).Groups[1].Value);
        ILookup<string, string> homes = code
            .SelectMany(text => Type().Matches(text.Value).Select(match => (Name: match.Groups[1].Value, File: text.Key)))
            .ToLookup(type => type.Name, type => type.File);
        var uses = new List<Use>();
        foreach ((string file, string text) in code)
        {
            HashSet<string> seen = [.. Using().Matches(text).Select(match => match.Groups[1].Value), .. Outer(space[file])];
            foreach (string word in Word().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal))
            {
                string[] places = [.. homes[word].Where(home => seen.Contains(space[home]))];
                if (places.Length > 0 && !homes[word].Contains(file))
                {
                    string home = Array.Find(places, place => space[place] == space[file]) ?? places[0];
                    uses.Add(new Use(Of(file), Of(home), Path.GetFileName(file), word));
                }
            }
        }
        return new Rooms([.. texts.Keys], [.. uses.Where(use => use.From != use.To)]);
    }

    /// <returns>For each pair of rooms that reach each other, the shortest way there and back.</returns>
    public IReadOnlyList<string> Circles()
    {
        ILookup<string, Use> from = Uses.ToLookup(use => use.From);
        string[] rooms = [.. Uses.Select(use => use.From).Distinct().Order(StringComparer.Ordinal)];
        var circles = new List<string>();
        foreach (string room in rooms)
        {
            foreach (Use first in from[room].DistinctBy(use => use.To))
            {
                if (string.CompareOrdinal(room, first.To) < 0 && Way(first.To, room, from) is { } back)
                {
                    circles.Add(
                        string.Join("; ", back.Prepend(first).Select(use => $"{use.From} -> {use.To}: {use.File} uses {use.Type}")));
                }
            }
        }
        return circles;
    }

    private static Use[]? Way(string start, string end, ILookup<string, Use> from)
    {
        var ways = new Dictionary<string, Use[]> { [start] = [] };
        var next = new Queue<string>([start]);
        while (next.TryDequeue(out string? room))
        {
            foreach (Use use in from[room])
            {
                if (ways.TryAdd(use.To, [.. ways[room], use]))
                {
                    next.Enqueue(use.To);
                }
            }
        }
        return ways.GetValueOrDefault(end);
    }

    private static IEnumerable<string> Outer(string space)
    {
        for (string part = space; part.Length > 0; part = part.LastIndexOf('.') is > 0 and var dot ? part[..dot] : "")
        {
            yield return part;
        }
    }

    [GeneratedRegex(@"/\*[\s\S]*?\*/|//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using\s+(?:static\s+)?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Word();

    /// <summary>File-scoped namespaces leave top-level types without indentation.</summary>
    [GeneratedRegex(
        @"^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe) )*"
        + @"(?:class|struct|interface|enum|record class|record struct|record|delegate [\w<>\[\], ?.]+?) (\w+)(?=[\s(<;:{]|$)",
        RegexOptions.Multiline)]
    private static partial Regex Type();
}
