using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Flavours;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Planes;

/// <summary>Reads what the headers of a file's images tell, no pixel.</summary>
/// <param name="file">Stays open as long as this object is used.</param>
public sealed class DatasetHeaders(Hdf5File file)
{
    /// <summary>Let the file decide: the image that its flavour has, or its only numeric dataset of two axes or more, or the only one whose name is usual for inputs.</summary>
    public const string Auto = "auto";

    private readonly ImageFlavour _flavour = ImageFlavour.Of(file);

    /// <summary>The program whose layout the file has, as in <see cref="DatasetHeader.Flavour"/>.</summary>
    public string Flavour => _flavour.NameFor(null);

    /// <param name="file">Path of the file.</param>
    /// <param name="dataset">Path inside it, a <see cref="DatasetPattern"/>, or <see cref="Auto"/>.</param>
    /// <param name="reading">See <see cref="Hdf5File.OpenRead"/>.</param>
    /// <exception cref="SrBatchException">
    /// File or dataset missing or damaged, values that are no numbers, a missing filter, datasets of one image that are not alike, or no single choice for
    /// <see cref="Auto"/> (exit 65).
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
        image.RequireAlike();
        var header = Describe(image);
        return header with { Axes = header.Axes ?? (header.Shape.Length == 2 ? "yx" : null) };
    }

    /// <summary>The same of a single dataset, even when a filter is missing.</summary>
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
    };
}
