using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Core.Weights;

namespace SrBatch.Pipelines.Inspection;

/// <summary>Prints what <c>inspect</c> found.</summary>
internal static class InspectionText
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(TextWriter output, FileDescription file, bool asJson)
    {
        if (asJson)
        {
            WriteJson(output, file.File, json =>
            {
                json.WriteString("flavour", file.Flavour);
                WriteImage(json, file);
                json.WriteStartArray("datasets");
                foreach (DatasetDescription dataset in file.Datasets)
                {
                    WriteDataset(json, dataset);
                }
                json.WriteEndArray();
            });
            return;
        }
        output.WriteLine($"{file.File}: {file.Flavour}, {file.Datasets.Count} dataset{(file.Datasets.Count == 1 ? "" : "s")}");
        output.WriteLine(file.Image is { } image
            ? $"  image: {image.Dataset} ({string.Join(", ", image.Shape)}) {image.ElementType.NumpyName()}{AxesAndSize(image)}"
            : $"  no image: {file.ImageProblem}");
        foreach (string assumption in file.Image?.Assumptions ?? [])
        {
            output.WriteLine($"  assumed: {assumption}");
        }
        WriteTree(output, file.Datasets);
    }

    /// <summary>Writes the root's datasets, then each group with its datasets below it.</summary>
    private static void WriteTree(TextWriter output, IReadOnlyList<DatasetDescription> datasets)
    {
        ILookup<string, DatasetDescription> groups = datasets.ToLookup(dataset => dataset.Path[..dataset.Path.LastIndexOf('/')]);
        foreach (DatasetDescription dataset in groups[""])
        {
            WriteDataset(output, dataset, "  ", dataset.Path);
        }
        foreach (IGrouping<string, DatasetDescription> group in groups.Where(group => group.Key.Length > 0))
        {
            output.WriteLine($"  {group.Key}");
            foreach (DatasetDescription dataset in group)
            {
                WriteDataset(output, dataset, "    ", dataset.Path[(group.Key.Length + 1)..]);
            }
        }
    }

    private static void WriteDataset(TextWriter output, DatasetDescription d, string indent, string name)
    {
        if ((d.Problem ?? (d.SameAs is null ? null : $"same as {d.SameAs}")) is { } instead)
        {
            output.WriteLine($"{indent}{name}: {instead}");
            return;
        }
        string means = d.Means is null ? "" : $" (means {d.Means})";
        string cropped = d.Cropped is null ? "" : $" cropped to ({string.Join(", ", d.Cropped)})";
        string chunk = d.IsNull ? "no data" : d.Chunk is null ? "contiguous" : $"chunks ({string.Join(", ", d.Chunk)})";
        string filters = d.Filters.Length == 0 ? "" : " " + string.Join(" + ", d.Filters);
        string image = d.Image is null ? "" : AxesAndSize(d.Image);
        string missing = d.NeverWritten == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {d.NeverWritten:P1} never written");
        output.WriteLine($"{indent}{name}: ({string.Join(", ", d.Shape)}){cropped} {d.Type}{means}, {chunk}{filters}{missing}{image}");
        if (d.Digest is { } digest)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{indent}  min {digest.Min:R} max {digest.Max:R} mean {digest.Mean:R} sha256 {digest.Sha256}"));
        }
    }

    private static string AxesAndSize(DatasetHeader image)
    {
        string axes = image.Axes is null ? "" : $", axes {image.Axes}";
        if (image.ElementSizeUm is not { } size)
        {
            return axes;
        }
        IEnumerable<string> lengths = Lengths(size).Select(um => um?.ToString("G6", CultureInfo.InvariantCulture) ?? "?");
        return $"{axes}, element size {string.Join(" x ", lengths)} um";
    }

    private static double?[] Lengths(ElementSize size) => [size.Z, size.Y, size.X];

    public static void WriteJson(
        TextWriter output,
        string file,
        IReadOnlyDictionary<string, string> metadata,
        IReadOnlyList<WeightArray> arrays) => WriteJson(output, file, json =>
    {
        if (metadata.TryGetValue(ModelCard.MetadataKey, out string? card))
        {
            json.WritePropertyName("card");
            using var document = JsonDocument.Parse(card);
            document.RootElement.WriteTo(json);
        }
        json.WriteStartObject("metadata");
        foreach ((string key, string value) in metadata.Where(entry => entry.Key != ModelCard.MetadataKey))
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
        using (var json = new Utf8JsonWriter(buffer, Indented))
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
        if (d.SameAs is not null)
        {
            json.WriteString("sameAs", d.SameAs);
        }
        if (d.Problem is not null)
        {
            json.WriteString("problem", d.Problem);
        }
        else
        {
            json.WriteString("type", d.Type);
            WriteNumbers(json, "shape", d.Shape);
            if (d.IsNull)
            {
                json.WriteBoolean("noData", true);
            }
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
            if (d.NeverWritten > 0)
            {
                json.WriteNumber("neverWritten", d.NeverWritten);
            }
            if (d.Means is not null)
            {
                json.WriteString("means", d.Means);
            }
            if (d.Cropped is not null)
            {
                WriteNumbers(json, "cropped", d.Cropped);
            }
            WriteAxesAndSize(json, d.Image);
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

    private static void WriteImage(Utf8JsonWriter json, FileDescription file)
    {
        if (file.Image is not { } image)
        {
            json.WriteString("imageProblem", file.ImageProblem);
            return;
        }
        json.WriteStartObject("image");
        json.WriteString("dataset", image.Dataset);
        WriteNumbers(json, "shape", image.Shape);
        json.WriteString("type", image.ElementType.NumpyName());
        WriteAxesAndSize(json, image);
        if (image.Assumptions.Count > 0)
        {
            json.WriteStartArray("assumptions");
            foreach (string assumption in image.Assumptions)
            {
                json.WriteStringValue(assumption);
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteAxesAndSize(Utf8JsonWriter json, DatasetHeader? image)
    {
        if (image?.Axes is { } axes)
        {
            json.WriteString("axes", axes);
        }
        if (image?.ElementSizeUm is { } size)
        {
            json.WriteStartArray("elementSizeUm");
            foreach (double? um in Lengths(size))
            {
                if (um is { } known)
                {
                    json.WriteNumberValue(known);
                }
                else
                {
                    json.WriteNullValue();
                }
            }
            json.WriteEndArray();
        }
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

    /// <summary>Writes null for NaN and infinities, which JSON does not have.</summary>
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
