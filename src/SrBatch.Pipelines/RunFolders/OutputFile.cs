using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>The attributes of an enhanced image, which say how it was made and how good it is.</summary>
internal static class OutputFile
{
    public const string Dataset = "/sr";

    /// <summary>Standard deviation of several models' or orientations' outputs, pixel by pixel.</summary>
    public const string Disagreement = "/disagreement";

    private const string ModelSha256 = "model_sha256", Quality = "quality";

    /// <summary>Writes everything that a reader needs to use and to trace the image; no clock, host or duration.</summary>
    public static void Describe(Hdf5Attributes attributes, PlannedImage image, ModelOrigin model, IReadOnlyList<QualityRow> rows)
    {
        attributes.Set("scale", model.Scale);
        if (image.Input!.PixelSizeUm is { } size)
        {
            attributes.Set("pixel_size_um", size / model.Scale);
        }
        attributes.Set("model", model.Name);
        if (model.Group is { } group)
        {
            attributes.Set("model_group", group);
        }
        attributes.Set(ModelSha256, model.Sha256);
        if (model.Members.Count > 0)
        {
            attributes.Set("models_sha256", model.Members.ToArray());
        }
        attributes.Set("source_file", System.IO.Path.GetFileName(image.Input.File));
        attributes.Set("source_dataset", image.Input.Dataset);
        attributes.Set("software", "srbatch");
        attributes.Set("version", AppVersion.Text);
        attributes.Set(Quality, QualityJson.Write(rows));
    }

    /// <returns>The rows written with the image, and the model that made it.</returns>
    /// <exception cref="SrBatchException">Exit code 65: it cannot be read, or was not written by us.</exception>
    public static (IReadOnlyList<QualityRow> Rows, string ModelSha256) Read(string path)
    {
        using Hdf5File file = Hdf5File.OpenRead(path);
        using Hdf5Dataset dataset = file.OpenDataset(Dataset);
        try
        {
            string json = dataset.Attributes.GetString(Quality) ?? throw new JsonException($"attribute '{Quality}' is missing");
            return (QualityJson.Read(json), dataset.Attributes.GetString(ModelSha256) ?? "");
        }
        catch (JsonException fault)
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{path}: dataset '{Dataset}': {fault.Message}; not an output of this version. Delete the file to have it made again.",
                fault);
        }
    }
}
