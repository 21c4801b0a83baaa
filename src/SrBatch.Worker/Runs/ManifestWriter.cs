using System.Text;
using System.Text.Json;
using SrBatch.Core.Manifests;
using SrBatch.Storage.Files;

namespace SrBatch.Worker.Runs;

/// <summary>Writes manifests that people then edit: images found or made, the options that depend on them, the rest left to the defaults.</summary>
internal static class ManifestWriter
{
    /// <param name="path">Where to; files are written relative to its folder.</param>
    /// <param name="name">The run's subject.</param>
    /// <param name="scale">Target pixels per input pixel.</param>
    /// <param name="images">Files as absolute paths.</param>
    public static void Write(string path, string name, int scale, IEnumerable<ImageEntry> images)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteStartArray("images");
            foreach (ImageEntry image in images)
            {
                json.WriteStartObject();
                json.WriteString("id", image.Id);
                json.WriteString("group", image.Group);
                json.WriteString("split", Words.Of(image.Split));
                WriteDataset(json, "input", image.Input, folder);
                if (image.Target is not null)
                {
                    WriteDataset(json, "target", image.Target, folder);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartObject("model");
            json.WriteString("network", "unet");
            json.WriteNumber("scale", scale);
            json.WriteNumber("features", 32);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        AtomicFile.WriteText(path, Encoding.UTF8.GetString(buffer.ToArray()) + "\n");
    }

    private static void WriteDataset(Utf8JsonWriter json, string key, DatasetReference dataset, string folder)
    {
        json.WriteStartObject(key);
        json.WriteString("file", Path.GetRelativePath(folder, dataset.File!));
        json.WriteString("dataset", dataset.Dataset);
        if (dataset.Axes is not null)
        {
            json.WriteString("axes", dataset.Axes);
        }
        json.WriteEndObject();
    }
}
