using System.Text;
using System.Text.Json;

namespace SrBatch.Core.Quality;

/// <summary>
/// The rows of one image as JSON, as they lie in its output's attribute <c>quality</c>: if a part file is lost with its task, nothing has
/// to be computed again. Keys are the columns of <c>quality.parquet</c>, without those that are null.
/// </summary>
public static class QualityJson
{
    /// <summary>Without clock, host, job and duration: the same work gives the same bytes.</summary>
    public static string Write(IReadOnlyList<QualityRow> rows)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            foreach (QualityRow row in rows)
            {
                Write(writer, row with
                {
                    Run = "",
                    Seconds = null,
                    Device = null,
                    SlurmJobId = null,
                    SlurmArrayTaskId = null,
                    Attempt = 1,
                    FinishedAt = null,
                });
            }
            writer.WriteEndArray();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <exception cref="JsonException">Not written by this version.</exception>
    public static IReadOnlyList<QualityRow> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        try
        {
            return [.. document.RootElement.EnumerateArray().Select(Read)];
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or InvalidDataException)
        {
            throw new JsonException(fault.Message, fault);
        }
    }

    private static void Write(Utf8JsonWriter writer, QualityRow row)
    {
        writer.WriteStartObject();
        foreach (QualityColumn column in QualityColumns.All)
        {
            switch (column)
            {
                case QualityField<string?> field when field.Get(row) is { } text:
                    writer.WriteString(column.Name, text);
                    break;
                case QualityField<int?> field when field.Get(row) is { } number:
                    writer.WriteNumber(column.Name, number);
                    break;
                case QualityField<double?> field when field.Get(row) is { } number:
                    writer.WriteNumber(column.Name, number);
                    break;
                case QualityField<DateTimeOffset?> field when field.Get(row) is { } time:
                    writer.WriteString(column.Name, time);
                    break;
            }
        }
        writer.WriteEndObject();
    }

    private static QualityRow Read(JsonElement json)
    {
        QualityRow row = QualityColumns.Blank;
        foreach (QualityColumn column in QualityColumns.All)
        {
            if (!json.TryGetProperty(column.Name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            {
                if (column is QualityField<string?> { IsRequired: true })
                {
                    throw new JsonException($"'{column.Name}' is missing");
                }
                continue;
            }
            row = column switch
            {
                QualityField<string?> field => field.Set(row, value.GetString()),
                QualityField<int?> field => field.Set(row, value.GetInt32()),
                QualityField<double?> field => field.Set(row, value.GetDouble()),
                QualityField<DateTimeOffset?> field => field.Set(row, value.GetDateTimeOffset()),
                _ => row,
            };
        }
        return row;
    }
}
