using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>
/// Where one kind of program keeps the image in a file, and what it means. This one is HDF5 without more: the image is a dataset and attributes may tell its
/// axes and voxel size (h5py, ilastik, netCDF-4); programs with names of their own derive from it. One object serves one open file.
/// </summary>
internal class ImageFlavour(Hdf5File file)
{
    /// <summary>In a message, more would hide the message.</summary>
    private const int MostListed = 20;

    private static readonly string[] UsualInputs = ["low", "input", "raw", "lr", "wf", "image", "images", "data", "volume", "exported_data"];

    protected Hdf5File File => file;

    internal static ImageFlavour Of(Hdf5File file) => ImarisFlavour.Recognise(file) ?? BigDataViewerFlavour.Recognise(file) ?? FijiFlavour.Recognise(file) ?? new ImageFlavour(file);

    /// <param name="dataset">The dataset in question; null: the file as a whole.</param>
    internal virtual string NameFor(Hdf5Dataset? dataset) =>
        file.Attributes.Has("_NCProperties") || dataset?.Attributes.Has("_Netcdf4Dimid") == true || dataset?.Attributes.Has("_Netcdf4Coordinates") == true ? "netcdf4"
        : dataset is not null && (dataset.Attributes.Has(IlastikTags.Attribute) || dataset.Path.EndsWith("/exported_data", StringComparison.Ordinal)) ? "ilastik"
        : "h5py";

    /// <summary>The image, a dataset's path or a <see cref="DatasetPattern"/>: here the file's only one, or the only one of a usual name.</summary>
    /// <exception cref="SrBatchException">There is none, or no single choice (exit 65); the message lists what there is.</exception>
    internal virtual string Choose()
    {
        var all = file.WalkDatasets();
        var images = all.Where(found => found.Type?.ElementType is not null && found.Shape.Length >= 2 && !IsScale(found.Path)).ToList();
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

    /// <summary>Lengths of the axes without padding.</summary>
    /// <exception cref="SrBatchException">The file contradicts itself (exit 65).</exception>
    internal virtual long[] ShapeOf(Hdf5Dataset dataset) => dataset.Shape;

    /// <summary>What the values mean, of the size of those on disk.</summary>
    /// <exception cref="SrBatchException">No numbers (exit 65).</exception>
    internal virtual ElementType MeaningOf(Hdf5Dataset dataset) => dataset.ElementType;

    /// <summary>Letters of the dataset's axes; null when the file does not tell.</summary>
    internal virtual string? AxesOf(Hdf5Dataset dataset)
    {
        var axes = (dataset.Attributes.GetStrings("DIMENSION_LABELS") is { } labels ? AxisNames.Letters(labels) : null)
            ?? IlastikTags.Axes(dataset)
            ?? AttachedScales.Axes(file, dataset);
        return axes?.Length == dataset.Shape.Length ? axes : null;
    }

    /// <summary>Voxel size of an image; null when the file does not tell.</summary>
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

    /// <summary>Axes of a dataset that has nothing but rows, columns and depth.</summary>
    protected static string? SpatialAxes(Hdf5Dataset dataset) => dataset.Shape.Length switch { 2 => "yx", 3 => "zyx", _ => null };

    private bool IsScale(string path)
    {
        using var attributes = file.AttributesOf(path);
        return AttachedScales.IsScale(attributes);
    }
}
