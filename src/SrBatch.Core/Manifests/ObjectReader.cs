using System.Text.Json;

namespace SrBatch.Core.Manifests;

/// <summary>Reads one JSON object key by key and notes what is wrong with it, so that all problems of a manifest come at once. Each key asked for counts as known.</summary>
internal sealed class ObjectReader(JsonElement element, string path, List<string> problems)
{
    private readonly List<string> _known = [];

    public string Path(string key) => path.Length == 0 ? key : $"{path}.{key}";

    public string? Text(string key) => Get(key, JsonValueKind.String, "a string") is { } value ? value.GetString() : null;

    public long? Whole(string key)
    {
        if (Get(key, JsonValueKind.Number, "a whole number") is not { } value)
        {
            return null;
        }
        if (value.TryGetInt64(out long number))
        {
            return number;
        }
        problems.Add($"{Path(key)} is {value.GetRawText()}; must be a whole number");
        return null;
    }

    public int? Integer(string key)
    {
        if (Whole(key) is not { } number)
        {
            return null;
        }
        if (number is >= int.MinValue and <= int.MaxValue)
        {
            return (int)number;
        }
        problems.Add($"{Path(key)} is {number}; must be at most {int.MaxValue}");
        return null;
    }

    public double? Real(string key) => Get(key, JsonValueKind.Number, "a number") is { } value ? value.GetDouble() : null;

    /// <summary>A whole number, or <paramref name="word"/> for null.</summary>
    public int? IntegerOr(string key, string word) => IntegerOr(key, new Dictionary<string, bool> { [word] = true }, out _);

    /// <summary>A whole number, or null and the meaning of one of some words.</summary>
    /// <param name="key">Which.</param>
    /// <param name="words">The words and what each means.</param>
    /// <param name="meaning">The default where a number or nothing stands.</param>
    public int? IntegerOr<T>(string key, IReadOnlyDictionary<string, T> words, out T? meaning)
    {
        meaning = default;
        if (Find(key) is { ValueKind: JsonValueKind.String } value)
        {
            if (!words.TryGetValue(value.GetString()!, out meaning))
            {
                problems.Add($"{Path(key)} is '{value.GetString()}'; must be {string.Join(", ", words.Keys.Select(word => $"\"{word}\""))} or a whole number");
            }
            return null;
        }
        return Integer(key);
    }

    /// <summary>One of the names in <paramref name="allowed"/>, case as written there.</summary>
    public T Choice<T>(string key, T byDefault, IReadOnlyDictionary<string, T> allowed)
    {
        if (Text(key) is not { } name)
        {
            return byDefault;
        }
        if (allowed.TryGetValue(name, out T? value))
        {
            return value;
        }
        problems.Add($"{Path(key)} is '{name}'; must be one of {string.Join(", ", allowed.Keys)}");
        return byDefault;
    }

    public ObjectReader? Object(string key) =>
        Get(key, JsonValueKind.Object, "an object") is { } value ? new ObjectReader(value, Path(key), problems) : null;

    public IReadOnlyList<JsonElement>? Array(string key) =>
        Get(key, JsonValueKind.Array, "an array") is { } value ? [.. value.EnumerateArray()] : null;

    public IReadOnlyList<string>? Texts(string key)
    {
        if (Array(key) is not { } values)
        {
            return null;
        }
        foreach (JsonElement value in values.Where(value => value.ValueKind != JsonValueKind.String))
        {
            problems.Add($"{Path(key)} has {Describe(value)}; must be strings");
        }
        return [.. values.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)];
    }

    public IEnumerable<JsonProperty> Properties() => element.EnumerateObject();

    public void Problem(string text) => problems.Add(text);

    /// <summary>Call last: every key that was never asked for is a problem.</summary>
    public void RefuseUnknownKeys()
    {
        foreach (JsonProperty property in element.EnumerateObject().Where(property => !_known.Contains(property.Name)))
        {
            string? near = _known.Where(known => Distance(known, property.Name) <= 2 || known.Equals(property.Name, StringComparison.OrdinalIgnoreCase))
                .MinBy(known => Distance(known, property.Name));
            problems.Add($"{Path(property.Name)} is not a key" + (near is null ? $"; allowed are {string.Join(", ", _known)}" : $"; did you mean {Path(near)}?"));
        }
    }

    /// <summary>What was found, for messages.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"the string '{value.GetString()}'",
        JsonValueKind.Number => $"the number {value.GetRawText()}",
        JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "an array",
        _ => "an object",
    };

    private JsonElement? Find(string key)
    {
        if (!_known.Contains(key))
        {
            _known.Add(key);
        }
        return element.TryGetProperty(key, out JsonElement value) ? value : null;
    }

    private JsonElement? Get(string key, JsonValueKind kind, string expected)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }
        if (value.ValueKind == kind)
        {
            return value;
        }
        problems.Add($"{Path(key)} is {Describe(value)}; must be {expected}");
        return null;
    }

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], next);
            }
        }
        return row[b.Length];
    }
}
