using System.Text.Json;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;

namespace SrBatch.Storage.Hdf5;

/// <summary>Reads what the header of an image's dataset tells, no pixel.</summary>
public static class DatasetHeaders
{
    /// <summary>Let the file decide: its only numeric dataset of two axes or more, or the only one whose name is usual for inputs.</summary>
    public const string Auto = "auto";

    private const int MostListed = 20;

    private static readonly string[] UsualInputs = ["low", "input", "raw", "lr", "wf", "image", "images", "data", "volume", "exported_data"];

    /// <param name="file">Path of the file.</param>
    /// <param name="dataset">Path inside it, or <see cref="Auto"/>.</param>
    /// <param name="reading">See <see cref="Hdf5File.OpenRead"/>.</param>
    /// <exception cref="SrBatchException">
    /// File or dataset missing or damaged, values that are no numbers, a missing filter, or no single choice for <see cref="Auto"/> (exit 65).
    /// </exception>
    public static DatasetHeader Read(string file, string dataset, Hdf5ReadOptions? reading = null)
    {
        using var opened = Hdf5File.OpenRead(file, reading);
        using var found = opened.OpenDataset(dataset == Auto ? Choose(opened) : dataset);
        var element = found.ElementType;
        found.RequireFilters();
        return new DatasetHeader
        {
            File = opened.Path,
            Dataset = found.Path,
            Shape = found.Shape,
            ElementType = element,
            Axes = AxesOf(found),
            PixelSizeUm = found.Attributes.GetDoubles("element_size_um") is [.., > 0 and var size] && double.IsFinite(size) ? size : null,
            PlaneDistanceUm = found.Attributes.GetDoubles("element_size_um") is [> 0 and var distance, _, _] && double.IsFinite(distance) ? distance : null,
        };
    }

    private static string Choose(Hdf5File file)
    {
        var all = file.WalkDatasets();
        var images = all.Where(found => found.Type?.ElementType is not null && found.Shape.Length >= 2).ToList();
        var usual = images.FindAll(found => UsualInputs.Contains(found.Path[(found.Path.LastIndexOf('/') + 1)..], StringComparer.OrdinalIgnoreCase));
        if (images.Count == 1 || usual.Count == 1)
        {
            return images.Count == 1 ? images[0].Path : usual[0].Path;
        }
        if (images.Count == 0)
        {
            var held = all.Count == 0 ? "no dataset" : Listed(all);
            throw new SrBatchException(ExitCode.ImagesFailed,
                $"{file.Path}: there is no image; the file holds {held}. Expected a dataset of numbers with at least 2 axes.");
        }
        throw new SrBatchException(ExitCode.ImagesFailed, $"{file.Path}: which dataset is the input? Set input.dataset to one of {Listed(images)}.");
    }

    private static string Listed(IReadOnlyList<Hdf5Found> found) =>
        string.Join(", ", found.Take(MostListed)) + (found.Count > MostListed ? $" and {found.Count - MostListed} more" : "");

    private static string? AxesOf(Hdf5Dataset dataset)
    {
        var axes = dataset.Attributes.GetStrings("DIMENSION_LABELS") is { } labels ? string.Concat(labels).ToLowerInvariant() : IlastikAxes(dataset);
        return axes is not null && axes.Length == dataset.Shape.Length && PlaneAxes.AreValid(axes) ? axes : null;
    }

    /// <summary>ilastik's <c>axistags</c>: <c>{"axes": [{"key": "z"}, ...]}</c> in the dataset's order.</summary>
    private static string? IlastikAxes(Hdf5Dataset dataset)
    {
        if (dataset.Attributes.GetString("axistags") is not { } json)
        {
            return null;
        }
        try
        {
            using var document = JsonDocument.Parse(json);
            return string.Concat(document.RootElement.GetProperty("axes").EnumerateArray().Select(axis => axis.GetProperty("key").GetString()));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null; // a hint that we do not understand; the manifest's axes decide
        }
    }
}
