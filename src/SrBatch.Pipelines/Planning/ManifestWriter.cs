using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SrBatch.Core.Manifests;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Files;

namespace SrBatch.Pipelines.Planning;

/// <summary>Writes manifests for people to edit: the images, and only the options that depend on them.</summary>
internal static class ManifestWriter
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="path">The new manifest; the images' paths are written relative to its folder.</param>
    /// <param name="name">Value of the key <c>name</c>.</param>
    /// <param name="scale">Target pixels per input pixel.</param>
    /// <param name="images">Files as absolute paths.</param>
    /// <param name="linkedFolders">As absolute paths.</param>
    public static void Write(
        string path,
        string name,
        int scale,
        IEnumerable<ImageEntry> images,
        IReadOnlyList<string> linkedFolders) =>
        Write(path, (json, folder) =>
        {
            json.WriteString("name", name);
            WriteImages(json, images, folder);
            WriteLinkedFolders(json, linkedFolders, folder);
            json.WriteStartObject("model");
            json.WriteString("network", "unet");
            json.WriteNumber("scale", scale);
            json.WriteNumber("features", 32);
            json.WriteEndObject();
        });

    /// <summary>Copies a manifest with other images in place of its own.</summary>
    /// <param name="path">The new manifest; the images' paths are written relative to its folder.</param>
    /// <param name="original">Comments are dropped, and <c>$schema</c> too, as it may be relative to the old place.</param>
    /// <param name="linkedFolders">As absolute paths.</param>
    /// <param name="images">Files as absolute paths.</param>
    public static void WriteLike(
        string path,
        ManifestFile original,
        IReadOnlyList<string> linkedFolders,
        IEnumerable<ImageEntry> images) => Write(path, (json, folder) =>
    {
        var lenient = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        using JsonDocument document = JsonDocument.Parse(original.Json, lenient);
        foreach (JsonProperty section in document.RootElement.EnumerateObject())
        {
            if (section.Name is not ("$schema" or "images" or "imagesFrom" or "linkedFolders"))
            {
                section.WriteTo(json);
            }
        }
        WriteImages(json, images, folder);
        WriteLinkedFolders(json, linkedFolders, folder);
    });

    private static void WriteLinkedFolders(Utf8JsonWriter json, IReadOnlyList<string> linkedFolders, string folder)
    {
        if (linkedFolders.Count == 0)
        {
            return;
        }
        json.WriteStartArray("linkedFolders");
        foreach (string linked in linkedFolders)
        {
            json.WriteStringValue(Path.GetRelativePath(folder, linked));
        }
        json.WriteEndArray();
    }

    private static void Write(string path, Action<Utf8JsonWriter, string> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            write(json, Path.GetDirectoryName(Path.GetFullPath(path))!);
            json.WriteEndObject();
        }
        AtomicFile.WriteText(path, Encoding.UTF8.GetString(buffer.ToArray()) + "\n");
    }

    private static void WriteImages(Utf8JsonWriter json, IEnumerable<ImageEntry> images, string folder)
    {
        json.WriteStartArray("images");
        foreach (ImageEntry image in images)
        {
            json.WriteStartObject();
            json.WriteString("id", image.Id);
            json.WriteString("group", image.Group);
            json.WriteString("split", ManifestWords.Of(image.Split));
            WriteDataset(json, "input", image.Input, folder);
            if (image.Target is not null)
            {
                WriteDataset(json, "target", image.Target, folder);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
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
        if (dataset.Select.Count > 0)
        {
            json.WriteStartObject("select");
            foreach ((char axis, AxisRange range) in dataset.Select)
            {
                json.WriteString(axis.ToString(), range.ToString());
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
