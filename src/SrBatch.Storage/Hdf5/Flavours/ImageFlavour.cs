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

    private static readonly string[] NetcdfEndings = [".nc", ".nc4", ".cdf"];

    protected Hdf5File File => file;

    internal static ImageFlavour Of(Hdf5File file) =>
        ImarisFlavour.Recognise(file) ?? BigDataViewerFlavour.Recognise(file) ?? FijiFlavour.Recognise(file) ?? new ImageFlavour(file);

    /// <param name="dataset">The dataset in question; null: the file as a whole.</param>
    internal virtual string NameFor(Hdf5Dataset? dataset)
    {
        if (IsNetcdf(dataset))
        {
            return "netcdf4";
        }
        return dataset is not null
            && (dataset.Attributes.Has(IlastikTags.Attribute) || dataset.Path.EndsWith("/exported_data", StringComparison.Ordinal))
            ? "ilastik"
            : "h5py";
    }

    /// <summary>
    /// Path or <see cref="DatasetPattern"/> of the image: here the only image of the file, or the only one with a usual name. If a larger
    /// one cannot be read, it is chosen all the same, so that reading it gives the reason.
    /// </summary>
    /// <exception cref="SrBatchException">There is no image or no single choice (exit 65); the message lists what there is.</exception>
    internal virtual string Choose() => new ImageChoice(file).Path();

    /// <summary>Lengths of the axes without padding.</summary>
    /// <exception cref="SrBatchException">The file is inconsistent (exit 65).</exception>
    internal virtual long[] ShapeOf(Hdf5Dataset dataset) => dataset.Shape;

    /// <summary>How the stored numbers become intensities. A fill value makes a file netCDF enough.</summary>
    /// <exception cref="SrBatchException">The values are not numbers (exit 65).</exception>
    internal virtual ValueRule ValuesOf(Hdf5Dataset dataset) =>
        IsNetcdf(dataset) || dataset.Attributes.Has(NetcdfValues.FillValue) ? NetcdfValues.Of(dataset) : NetcdfValues.Ignored(dataset);

    /// <summary>What the file does not say about lengths and voxels and what is taken instead; one sentence each.</summary>
    internal virtual IEnumerable<string> AssumptionsOf(Hdf5Dataset dataset) => [];

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

    internal static string Listed<T>(IReadOnlyList<T> found) =>
        string.Join(", ", found.Take(MostListed)) + (found.Count > MostListed ? $" and {found.Count - MostListed} more" : "");

    /// <summary>Axes of a dataset that has only rows, columns and depth.</summary>
    protected static string? SpatialAxes(Hdf5Dataset dataset) => dataset.Shape.Length switch { 2 => "yx", 3 => "zyx", _ => null };

    private bool IsNetcdf(Hdf5Dataset? dataset) =>
        NetcdfEndings.Contains(Path.GetExtension(file.Path), StringComparer.OrdinalIgnoreCase)
        || file.Attributes.Has("_NCProperties")
        || dataset?.Attributes.Has("_Netcdf4Dimid") == true
        || dataset?.Attributes.Has("_Netcdf4Coordinates") == true;
}
