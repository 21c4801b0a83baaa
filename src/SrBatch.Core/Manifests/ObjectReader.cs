using System.Text.Json;

namespace SrBatch.Core.Manifests;

/// <summary>
/// Reads one JSON object key by key and collects its problems, so that all problems of a manifest are reported at once. A key becomes known
/// when it is read.
/// </summary>
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

    /// <summary>Reads a whole number; null when the key is missing or its value is <paramref name="word"/>.</summary>
    public int? IntegerOr(string key, string word) => IntegerOr(key, new Dictionary<string, bool> { [word] = true }, out _);

    /// <summary>Reads a whole number or one of several words.</summary>
    /// <param name="key">The key to read.</param>
    /// <param name="words">The allowed words and the meaning of each.</param>
    /// <param name="meaning">Meaning of the word found; the default for a number or a missing key.</param>
    /// <returns>The number; null for a word or a missing key.</returns>
    public int? IntegerOr<T>(string key, IReadOnlyDictionary<string, T> words, out T? meaning)
    {
        meaning = default;
        if (Find(key) is { ValueKind: JsonValueKind.String } value)
        {
            if (!words.TryGetValue(value.GetString()!, out meaning))
            {
                string allowed = string.Join(", ", words.Keys.Select(word => $"\"{word}\""));
                problems.Add($"{Path(key)} is '{value.GetString()}'; must be {allowed} or a whole number");
            }
            return null;
        }
        return Integer(key);
    }

    /// <summary>Reads one of the names in <paramref name="allowed"/>; the case must match.</summary>
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

    /// <summary>Reports every key that has not been read. Call this last.</summary>
    public void RefuseUnknownKeys()
    {
        foreach (JsonProperty property in element.EnumerateObject().Where(property => !_known.Contains(property.Name)))
        {
            string? near = _known.Where(known => IsNear(known, property.Name)).MinBy(known => Distance(known, property.Name));
            string hint = near is null ? $"allowed are {string.Join(", ", _known)}" : $"did you mean {Path(near)}?";
            problems.Add($"{Path(property.Name)} is not a key; {hint}");
        }
    }

    /// <summary>Describes what was found, for messages.</summary>
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

    private static bool IsNear(string known, string found) =>
        Distance(known, found) <= 2 || known.Equals(found, StringComparison.OrdinalIgnoreCase);

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
