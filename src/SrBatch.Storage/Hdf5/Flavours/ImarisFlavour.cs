using System.Globalization;
using System.Text.RegularExpressions;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>
/// Files of Imaris: <c>/DataSet/ResolutionLevel R/TimePoint T/Channel C/Data</c>, each zyx and padded to complete chunks. The group of the
/// channel has the true lengths. All attributes are arrays of single characters.
/// </summary>
internal sealed partial class ImarisFlavour : ImageFlavour
{
    private const string Scene = "/DataSetInfo/Image";

    private ImarisFlavour(Hdf5File file)
        : base(file)
    {
    }

    /// <summary>
    /// Recognises the file by its links and not by a walk: <c>/DataSet</c> is a soft link in Imaris 10, and a walk lists its target.
    /// </summary>
    internal static ImarisFlavour? Recognise(Hdf5File file) =>
        file.Exists("/DataSet/ResolutionLevel 0/TimePoint 0/Channel 0/Data") ? new ImarisFlavour(file) : null;

    internal override string NameFor(Hdf5Dataset? dataset) => "imaris";

    internal override string Choose() => "/DataSet/ResolutionLevel 0/TimePoint {t}/Channel {c}/Data";

    internal override string? AxesOf(Hdf5Dataset dataset) => IsPart(dataset) ? "zyx" : base.AxesOf(dataset);

    internal override long[] ShapeOf(Hdf5Dataset dataset)
    {
        if (!IsPart(dataset))
        {
            return base.ShapeOf(dataset);
        }
        var group = dataset.Path[..dataset.Path.LastIndexOf('/')];
        using var attributes = File.AttributesOf(group);
        var shape = new long[3];
        for (var axis = 0; axis < shape.Length; axis++)
        {
            var name = $"ImageSize{"ZYX"[axis]}";
            shape[axis] = dataset.Shape[axis];
            if (attributes.GetJoinedString(name) is { } text)
            {
                shape[axis] = long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                    && length >= 1 && length <= dataset.Shape[axis]
                    ? length
                    : throw new SrBatchException(ExitCode.ImagesFailed,
                        $"{File.Path}: {name} of '{group}' is '{text}'; expected 1 to {dataset.Shape[axis]}, "
                        + $"as '{dataset.Path}' is ({string.Join(", ", dataset.Shape)}). "
                        + "The file is damaged; save it anew in Imaris.");
            }
        }
        return shape;
    }

    /// <summary>The extent, which is the same for all resolution levels, divided by the lengths of this level.</summary>
    internal override ElementSize? ElementSizeOf(ImageParts image)
    {
        if (!IsPart(image.First) || !File.Exists(Scene))
        {
            return base.ElementSizeOf(image);
        }
        var shape = ShapeOf(image.First);
        using var attributes = File.AttributesOf(Scene);
        // Readers of the format assume micrometres if there is no unit.
        var unit = LengthUnit.Micrometres(attributes.GetJoinedString("Unit") ?? "um");
        double? Along(int xyz, long length) => (Number(attributes, $"ExtMax{xyz}") - Number(attributes, $"ExtMin{xyz}")) / length * unit;
        return ElementSize.Of(Along(2, shape[0]), Along(1, shape[1]), Along(0, shape[2]));
    }

    private static bool IsPart(Hdf5Dataset dataset) => dataset.Shape.Length == 3 && Part().IsMatch(dataset.Path);

    private static double? Number(Hdf5Attributes attributes, string name) =>
        double.TryParse(attributes.GetJoinedString(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    [GeneratedRegex(@"/ResolutionLevel [0-9]+/TimePoint [0-9]+/Channel [0-9]+/Data$")]
    private static partial Regex Part();
}
