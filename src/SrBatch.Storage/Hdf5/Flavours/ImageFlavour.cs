using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>
/// Where one kind of program stores the image in a file, and what it means. This class handles plain HDF5: the image is a dataset, and
/// attributes may give its axes and voxel size (h5py, ilastik, netCDF-4). Derived classes handle programs with their own names. One object
/// serves one open file.
/// </summary>
internal class ImageFlavour(Hdf5File file)
{
    /// <summary>Most datasets listed in a message.</summary>
    private const int MostListed = 20;

    private static readonly string[] UsualInputs =
        ["low", "input", "raw", "lr", "wf", "image", "images", "data", "volume", "exported_data"];

    protected Hdf5File File => file;

    internal static ImageFlavour Of(Hdf5File file) =>
        ImarisFlavour.Recognise(file) ?? BigDataViewerFlavour.Recognise(file) ?? FijiFlavour.Recognise(file) ?? new ImageFlavour(file);

    /// <param name="dataset">The dataset in question; null: the file as a whole.</param>
    internal virtual string NameFor(Hdf5Dataset? dataset)
    {
        if (file.Attributes.Has("_NCProperties")
            || dataset?.Attributes.Has("_Netcdf4Dimid") == true
            || dataset?.Attributes.Has("_Netcdf4Coordinates") == true)
        {
            return "netcdf4";
        }
        return dataset is not null
            && (dataset.Attributes.Has(IlastikTags.Attribute) || dataset.Path.EndsWith("/exported_data", StringComparison.Ordinal))
            ? "ilastik"
            : "h5py";
    }

    /// <summary>
    /// Path or <see cref="DatasetPattern"/> of the image: here the only image of the file, or the only one with a usual name.
    /// </summary>
    /// <exception cref="SrBatchException">There is no image or no single choice (exit 65); the message lists what there is.</exception>
    internal virtual string Choose()
    {
        var all = file.WalkDatasets();
        var images = all.Where(found => found.Type?.ElementType is not null && found.Shape.Length >= 2 && !IsScale(found.Path)).ToList();
        var usual = images.FindAll(found =>
            UsualInputs.Contains(found.Path[(found.Path.LastIndexOf('/') + 1)..], StringComparer.OrdinalIgnoreCase));
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
        throw new SrBatchException(
            ExitCode.ImagesFailed,
            $"{file.Path}: which dataset is the input? Set input.dataset to one of {Listed(images)}.");
    }

    /// <summary>Lengths of the axes without padding.</summary>
    /// <exception cref="SrBatchException">The file is inconsistent (exit 65).</exception>
    internal virtual long[] ShapeOf(Hdf5Dataset dataset) => dataset.Shape;

    /// <summary>Type of the values, as they are meant; of the same size as on disk.</summary>
    /// <exception cref="SrBatchException">The values are not numbers (exit 65).</exception>
    internal virtual ElementType MeaningOf(Hdf5Dataset dataset) => dataset.ElementType;

    /// <summary>Letters of the dataset's axes; null if the file does not give them.</summary>
    internal virtual string? AxesOf(Hdf5Dataset dataset)
    {
        var axes = (dataset.Attributes.GetStrings("DIMENSION_LABELS") is { } labels ? AxisNames.Letters(labels) : null)
            ?? IlastikTags.Axes(dataset)
            ?? AttachedScales.Axes(file, dataset);
        return axes?.Length == dataset.Shape.Length ? axes : null;
    }

    /// <summary>Voxel size of an image; null if the file does not give it.</summary>
    internal virtual ElementSize? ElementSizeOf(ImageParts image)
    {
        var dataset = image.First;
        if (dataset.Attributes.GetDoubles("element_size_um") is { } size)
        {
            return ElementSize.Of(size);
        }
        var axes = AxesOf(dataset) ?? "";
        double? Along(char axis)
        {
            var index = axes.IndexOf(axis, StringComparison.Ordinal);
            return index < 0 ? null : IlastikTags.ElementSizeUm(dataset, axis) ?? AttachedScales.ElementSizeUm(file, dataset, index);
        }
        return ElementSize.Of(Along('z'), Along('y'), Along('x'));
    }

    protected static string Listed<T>(IReadOnlyList<T> found) =>
        string.Join(", ", found.Take(MostListed)) + (found.Count > MostListed ? $" and {found.Count - MostListed} more" : "");

    /// <summary>Axes of a dataset that has only rows, columns and depth.</summary>
    protected static string? SpatialAxes(Hdf5Dataset dataset) => dataset.Shape.Length switch { 2 => "yx", 3 => "zyx", _ => null };

    private bool IsScale(string path)
    {
        using var attributes = file.AttributesOf(path);
        return AttachedScales.IsScale(attributes);
    }
}
