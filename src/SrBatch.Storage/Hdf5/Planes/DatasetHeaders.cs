using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Flavours;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Planes;

/// <summary>Reads the headers of a file's images, but no pixels.</summary>
/// <param name="file">The file; it must stay open while this object is used.</param>
public sealed class DatasetHeaders(Hdf5File file)
{
    /// <summary>
    /// Chooses by the file: the image of its flavour, or its only numeric dataset with two axes or more, or the only one with a usual name
    /// for inputs.
    /// </summary>
    public const string Auto = "auto";

    private readonly ImageFlavour _flavour = ImageFlavour.Of(file);

    /// <summary>The program whose layout the file has, see <see cref="DatasetHeader.Flavour"/>.</summary>
    public string Flavour => _flavour.NameFor(null);

    /// <param name="file">Path of the file.</param>
    /// <param name="dataset">Path inside it, a <see cref="DatasetPattern"/>, or <see cref="Auto"/>.</param>
    /// <param name="reading">See <see cref="Hdf5File.OpenRead"/>.</param>
    /// <exception cref="SrBatchException">
    /// The file or dataset is missing or damaged, values are not numbers or cannot be read, the datasets of one image differ, or
    /// <see cref="Auto"/> finds no single choice (exit 65).
    /// </exception>
    public static DatasetHeader Read(string file, string dataset, Hdf5ReadOptions? reading = null)
    {
        using var opened = Hdf5File.OpenRead(file, reading);
        return new DatasetHeaders(opened).Read(dataset);
    }

    /// <inheritdoc cref="Read(string, string, Hdf5ReadOptions?)"/>
    public DatasetHeader Read(string dataset)
    {
        using var scope = Hdf5Library.Enter(file.Path);
        using var image = new ImageParts(file, _flavour, dataset == Auto ? _flavour.Choose() : dataset);
        var neverWritten = image.RequireReadable();
        var header = Describe(image);
        return header with { Axes = header.Axes ?? (header.Shape.Length == 2 ? "yx" : null), NeverWritten = neverWritten };
    }

    /// <summary>Describes a single dataset, even if a filter is missing.</summary>
    public DatasetHeader Describe(Hdf5Dataset dataset)
    {
        using var scope = Hdf5Library.Enter(file.Path);
        using var image = new ImageParts(file, _flavour, dataset);
        return Describe(image);
    }

    private DatasetHeader Describe(ImageParts image) => new()
    {
        File = file.Path,
        Flavour = _flavour.NameFor(image.First),
        Dataset = image.Name,
        Shape = image.Shape,
        ElementType = image.ElementType,
        Axes = image.Axes,
        ElementSizeUm = _flavour.ElementSizeOf(image),
        Assumptions = [.. image.Assumptions],
    };
}
