using System.Text.Json;

namespace SrBatch.Tests.EndToEnd;

/// <summary>Writes manifests.</summary>
internal static class ManifestJson
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The network of all end-to-end tests: as small as it gets.</summary>
    public static object Model { get; } = new { network = "unet", scale = 2, features = 4 };

    /// <param name="path">Of the manifest.</param>
    /// <param name="images">Its entries.</param>
    /// <param name="training">Null: the defaults.</param>
    /// <param name="model">Null: <see cref="Model"/>.</param>
    /// <param name="inference">Null: the defaults.</param>
    /// <returns><paramref name="path"/>.</returns>
    public static string Write(string path, IEnumerable<object> images, object? training = null, object? model = null, object? inference = null)
    {
        File.WriteAllText(path, JsonSerializer.Serialize(new { name = "tiny", images, model = model ?? Model, training, inference }, Options));
        return path;
    }

    /// <summary>An image without a target, of split infer.</summary>
    public static object Image(string id, string file, string? dataset = null, string? axes = null, object? select = null) =>
        new { id, input = new { file, dataset, axes, select } };

    /// <summary>A pair in one file, <c>/low</c> and <c>/high</c>.</summary>
    public static object Pair(string id, string file, string split, string? axes = null) =>
        new { id, split, group = "pairs", input = new { file, dataset = "/low", axes }, target = new { file, dataset = "/high", axes } };
}
