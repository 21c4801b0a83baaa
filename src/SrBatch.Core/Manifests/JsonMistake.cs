using System.Text;
using System.Text.Json;

namespace SrBatch.Core.Manifests;

/// <summary>Says in plain words where a text is not JSON, what is there, and what is allowed.</summary>
internal static class JsonMistake
{
    private static readonly (string Sign, string Text)[] Meanings =
    [
        ("does not contain any JSON tokens", "the text is empty; expected an object: { ... }"),
        ("Expected depth to be zero", "the text ends too early; a closing '}' or ']' is missing"),
        ("instead reached end of data", "the text ends within a string; a closing '\"' is missing"),
        ("invalid end of a number", "the text ends after a number; a closing '}' or ']' is missing"),
        ("invalid start of a property name", "expected a key in double quotes"),
        ("invalid start of a value", "expected a value: a text in double quotes, a number, true, false, null, '{' or '['"),
        ("invalid after a value", "expected ',' or the closing '}' or ']'"),
        ("invalid after a property name", "expected ':' after the key"),
        ("invalid escapable character", "after '\\' expected one of \" \\ / b f n r t u; write \\\\ for a backslash"),
        ("invalid within a JSON string", "a line break or tabulator within a text; close the text with '\"', or write \\n or \\t"),
        ("invalid JSON literal", "expected true, false, null, a number or a text in double quotes"),
        ("after a single JSON value", "expected nothing after the end of the object"),
        ("leading zero", "a number must not begin with 0"),
    ];

    /// <param name="fault">The parser's error.</param>
    /// <param name="json">The whole text.</param>
    /// <returns>E.g. <c>not JSON in line 3, column 5: found '}'; expected a key in double quotes</c>.</returns>
    internal static string Describe(JsonException fault, string json)
    {
        if (fault.LineNumber is not { } line)
        {
            // Only a repeated key is reported without a place.
            return $"key '{Quoted(fault.Message)}' is there twice in one object; must be there once";
        }
        string[] lines = json.Split('\n');
        string text = line < lines.Length ? lines[line].TrimEnd('\r') : "";
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        string before = Encoding.UTF8.GetString(bytes.AsSpan(0, (int)Math.Min(bytes.Length, fault.BytePositionInLine ?? 0)));
        string meaning = Array.Find(Meanings, known => fault.Message.Contains(known.Sign, StringComparison.Ordinal)).Text
            ?? "this cannot be read";
        string found = before.Length < text.Length ? $"found '{Rune.GetRuneAt(text, before.Length)}'; " : "";
        return $"not JSON in line {line + 1}, column {before.Length + 1}: {found}{meaning}";
    }

    private static string Quoted(string message) => message.Split('\'') is [_, var name, ..] ? name : message;
}
