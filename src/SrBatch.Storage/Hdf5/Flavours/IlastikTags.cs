using System.Text.Json;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>
/// ilastik's attribute <c>axistags</c>: <c>{"axes": [{"key": "z", "resolution": 0.5, "description": "um"}, ...]}</c> in the order of the
/// dataset. Newer versions store the units in <c>axis_units</c>: <c>{"z": "um"}</c>. Unknown content is ignored.
/// </summary>
internal static class IlastikTags
{
    internal const string Attribute = "axistags";

    /// <summary>Letters of the axes; null if the tags do not give them.</summary>
    internal static string? Axes(Hdf5Dataset dataset) => AxisNames.Letters(Tags(dataset).Select(tag => (string?)tag.Key));

    /// <returns>Micrometres; null along an axis without a resolution or a known unit.</returns>
    internal static double? ElementSizeUm(Hdf5Dataset dataset, char axis)
    {
        var tag = Tags(dataset).Find(tag => AxisNames.Letter(tag.Key) == axis);
        return tag.Resolution * LengthUnit.Micrometres(tag.Unit);
    }

    private static List<(string Key, double? Resolution, string? Unit)> Tags(Hdf5Dataset dataset)
    {
        try
        {
            using var tags = JsonDocument.Parse(dataset.Attributes.GetString(Attribute) ?? "null");
            using var units = JsonDocument.Parse(dataset.Attributes.GetString("axis_units") ?? "null");
            if (Member(tags.RootElement, "axes") is not { ValueKind: JsonValueKind.Array } axes)
            {
                return [];
            }
            return [.. axes.EnumerateArray().Select(axis =>
            {
                var key = Text(axis, "key") ?? "";
                return (key, Number(axis, "resolution"), Text(units.RootElement, key) ?? Text(axis, "description"));
            })];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private static JsonElement? Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static double? Number(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) ? value : null;
}
