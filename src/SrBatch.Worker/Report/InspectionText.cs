using System.Globalization;
using System.Text;
using System.Text.Json;
using SrBatch.Core.Models;
using SrBatch.Worker.Runs;

namespace SrBatch.Worker.Report;

/// <summary>What <c>inspect</c> prints.</summary>
internal static class InspectionText
{
    public static void Write(TextWriter output, string file, IReadOnlyList<DatasetDescription> datasets, bool asJson)
    {
        if (asJson)
        {
            WriteJson(output, file, json =>
            {
                json.WriteStartArray("datasets");
                foreach (DatasetDescription dataset in datasets)
                {
                    WriteDataset(json, dataset);
                }
                json.WriteEndArray();
            });
            return;
        }
        output.WriteLine($"{file}: {datasets.Count} dataset{(datasets.Count == 1 ? "" : "s")}");
        foreach (DatasetDescription d in datasets)
        {
            if (d.Problem is not null)
            {
                output.WriteLine($"  {d.Path}: {d.Problem}");
                continue;
            }
            string chunk = d.Chunk is null ? "contiguous" : $"chunks ({string.Join(", ", d.Chunk)})";
            string filters = d.Filters.Length == 0 ? "" : " " + string.Join(" + ", d.Filters);
            string axes = d.Axes is null ? "" : $" axes {string.Concat(d.Axes)}";
            string size = d.ElementSizeUm is null ? "" : $" element size {string.Join(" x ", d.ElementSizeUm.Select(um => um.ToString("G6", CultureInfo.InvariantCulture)))} um";
            output.WriteLine($"  {d.Path}: ({string.Join(", ", d.Shape)}) {d.Type}, {chunk}{filters}{axes}{size}");
            if (d.Digest is { } digest)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    min {digest.Min:R} max {digest.Max:R} mean {digest.Mean:R} sha256 {digest.Sha256}"));
            }
        }
    }

    public static void WriteJson(TextWriter output, string file, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<WeightArray> arrays) => WriteJson(output, file, json =>
    {
        json.WriteStartObject("metadata");
        foreach ((string key, string value) in metadata)
        {
            json.WriteString(key, value);
        }
        json.WriteEndObject();
        json.WriteStartArray("arrays");
        foreach (WeightArray array in arrays)
        {
            json.WriteStartObject();
            json.WriteString("name", array.Name);
            WriteNumbers(json, "shape", array.Shape);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static void WriteJson(TextWriter output, string file, Action<Utf8JsonWriter> body)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("file", file);
            body(json);
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static void WriteDataset(Utf8JsonWriter json, DatasetDescription d)
    {
        json.WriteStartObject();
        json.WriteString("path", d.Path);
        if (d.Problem is not null)
        {
            json.WriteString("problem", d.Problem);
        }
        else
        {
            json.WriteString("type", d.Type);
            WriteNumbers(json, "shape", d.Shape);
            if (d.Chunk is not null)
            {
                WriteNumbers(json, "chunk", d.Chunk);
            }
            json.WriteStartArray("filters");
            foreach (string filter in d.Filters)
            {
                json.WriteStringValue(filter);
            }
            json.WriteEndArray();
            if (d.Axes is not null)
            {
                json.WriteString("axes", string.Concat(d.Axes));
            }
            if (d.Digest is { } digest)
            {
                WriteNumber(json, "min", digest.Min);
                WriteNumber(json, "max", digest.Max);
                WriteNumber(json, "mean", digest.Mean);
                json.WriteString("sha256", digest.Sha256);
            }
        }
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }
        json.WriteEndArray();
    }

    /// <summary>JSON has no NaN and no infinity: null stands for them.</summary>
    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value && double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
