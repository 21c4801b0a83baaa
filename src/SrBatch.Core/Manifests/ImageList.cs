using System.Text;

namespace SrBatch.Core.Manifests;

/// <summary>Reads further entries from a CSV or JSONL file (<c>imagesFrom</c>), line by line so that millions are possible.</summary>
public static class ImageList
{
    private static readonly string[] Columns =
        ["id", "group", "split", "input.file", "input.dataset", "input.axes", "target.file", "target.dataset", "target.axes"];

    private static readonly string[] Required = ["id", "input.file"];

    /// <param name="reader">The file's text.</param>
    /// <param name="name">The file's name, for messages; ends in <c>.jsonl</c> or <c>.csv</c>.</param>
    /// <param name="problems">A line is added for each problem.</param>
    public static IEnumerable<ImageEntry> Read(TextReader reader, string name, List<string> problems) =>
        name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase)
            ? ReadJsonLines(reader, name, problems)
            : ReadCsv(reader, name, problems);

    private static IEnumerable<ImageEntry> ReadJsonLines(TextReader reader, string name, List<string> problems)
    {
        int line = 0;
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (!string.IsNullOrWhiteSpace(text) && ManifestParser.ParseEntry(text, $"{name} line {line}", problems) is { } entry)
            {
                yield return entry;
            }
        }
    }

    private static IEnumerable<ImageEntry> ReadCsv(TextReader reader, string name, List<string> problems)
    {
        List<string> header = Cells(reader.ReadLine() ?? "");
        foreach (string unknown in header.Except(Columns))
        {
            problems.Add($"{name} line 1: column '{unknown}' is not known; allowed are {string.Join(", ", Columns)}");
        }
        foreach (string missing in Required.Except(header))
        {
            problems.Add($"{name} line 1: column '{missing}' is missing");
        }
        string[] repeated = [.. header.CountBy(column => column).Where(column => column.Value > 1).Select(column => column.Key)];
        problems.AddRange(repeated.Select(column => $"{name} line 1: column '{column}' is there more than once"));
        if (repeated.Length > 0)
        {
            yield break;
        }
        int line = 1;
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }
            List<string> cells = Cells(text);
            if (cells.Count != header.Count)
            {
                problems.Add($"{name} line {line}: {cells.Count} cells; must be {header.Count}, as many as in line 1");
                continue;
            }
            Dictionary<string, string> filled = header.Zip(cells).Where(cell => cell.Second.Length > 0)
                .ToDictionary(cell => cell.First, cell => cell.Second);
            yield return Entry(filled, $"{name} line {line}", problems);
        }
    }

    private static ImageEntry Entry(Dictionary<string, string> cells, string key, List<string> problems)
    {
        Split split = Split.Infer;
        if (cells.TryGetValue("split", out string? word) && !ManifestEnums.Splits.TryGetValue(word, out split))
        {
            problems.Add($"{key}: split is '{word}'; must be one of {string.Join(", ", ManifestEnums.Splits.Keys)}");
            // The failed look-up set it to train, which would also report a missing target.
            split = Split.Infer;
        }
        DatasetReference? Reference(string which)
        {
            if (!cells.Keys.Any(column => column.StartsWith(which + ".", StringComparison.Ordinal)))
            {
                return null;
            }
            cells.TryGetValue($"{which}.file", out string? file);
            string? axes = cells.GetValueOrDefault($"{which}.axes");
            if (axes is not null && !DatasetReference.AreAxes(axes))
            {
                problems.Add($"{key}: {which}.axes is '{axes}'; {DatasetReference.AxesMustBe}");
            }
            return new DatasetReference
            {
                File = file,
                Dataset = cells.GetValueOrDefault($"{which}.dataset", DatasetReference.Auto),
                Axes = axes,
            };
        }
        var entry = new ImageEntry
        {
            Key = key,
            Id = cells.GetValueOrDefault("id"),
            Group = cells.GetValueOrDefault("group", "default"),
            Split = split,
            Input = Reference("input") ?? new DatasetReference(),
            Target = Reference("target"),
        };
        EntryRules.Check(entry, problems);
        return entry;
    }

    /// <summary>Splits a line of RFC 4180: cells are separated by commas, and quoted when they contain commas or doubled quotes.</summary>
    private static List<string> Cells(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (quoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }
        cells.Add(cell.ToString().Trim());
        return cells;
    }
}
