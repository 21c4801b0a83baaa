using System.Text.RegularExpressions;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>
/// Files of Imaris: <c>/DataSet/ResolutionLevel R/TimePoint T/Channel C/Data</c>, each zyx and padded to complete chunks. The group of the
/// channel has the true lengths (<c>ImageSizeX</c>, ...), and <c>/DataSetInfo/Image</c> those of the full resolution (<c>X</c>, ...).
/// Imaris writes all attributes as arrays of single characters; other programs write texts or numbers.
/// </summary>
internal sealed partial class ImarisFlavour : ImageFlavour
{
    private const string Scene = "/DataSetInfo/Image";

    /// <summary>Attributes of <see cref="Scene"/>; empty if it is missing.</summary>
    private readonly Lazy<Dictionary<string, ImarisNumber>> _scene;

    private ImarisFlavour(Hdf5File file)
        : base(file)
    {
        _scene = new Lazy<Dictionary<string, ImarisNumber>>(ReadScene);
    }

    /// <summary>
    /// Recognises the file by its links and not by a walk: <c>/DataSet</c> is a soft link in Imaris 10, and a walk lists its target. Links
    /// that may not be followed count.
    /// </summary>
    internal static ImarisFlavour? Recognise(Hdf5File file) =>
        LinkNames.Has(file, "/DataSet/ResolutionLevel 0/TimePoint 0/Channel 0/Data") ? new ImarisFlavour(file) : null;

    internal override string NameFor(Hdf5Dataset? dataset) => "imaris";

    internal override string Choose() => "/DataSet/ResolutionLevel 0/TimePoint {t}/Channel {c}/Data";

    internal override string? AxesOf(Hdf5Dataset dataset) => IsPart(dataset) ? "zyx" : base.AxesOf(dataset);

    internal override long[] ShapeOf(Hdf5Dataset dataset)
    {
        if (!IsPart(dataset))
        {
            return base.ShapeOf(dataset);
        }
        var shape = new long[3];
        using var attributes = File.AttributesOf(GroupOf(dataset));
        for (var axis = 0; axis < shape.Length; axis++)
        {
            var (found, where) = LengthOf(dataset, attributes, axis);
            shape[axis] = found switch
            {
                null => dataset.Shape[axis],
                { Value: { } length } when length == Math.Floor(length) && length >= 1 && length <= dataset.Shape[axis] => (long)length,
                _ => throw new SrBatchException(ExitCode.ImagesFailed,
                    $"{File.Path}: {where} is '{found.Text}'; expected 1 to {dataset.Shape[axis]}, "
                    + $"as '{dataset.Path}' is ({string.Join(", ", dataset.Shape)}). "
                    + "The file is damaged; save it anew in Imaris."),
            };
        }
        return shape;
    }

    /// <summary>The extent, which is the same for all resolution levels, divided by the lengths of this level.</summary>
    internal override ElementSize? ElementSizeOf(ImageParts image)
    {
        if (!IsPart(image.First) || _scene.Value.Count == 0)
        {
            return base.ElementSizeOf(image);
        }
        var shape = ShapeOf(image.First);
        var unit = LengthUnit.Micrometres(_scene.Value.GetValueOrDefault("Unit")?.Text ?? "um");
        double? Along(int xyz, long length) => (Number($"ExtMax{xyz}") - Number($"ExtMin{xyz}")) / length * unit;
        return ElementSize.Of(Along(2, shape[0]), Along(1, shape[1]), Along(0, shape[2]));

        double? Number(string name) => _scene.Value.GetValueOrDefault(name)?.Value;
    }

    internal override IEnumerable<string> AssumptionsOf(Hdf5Dataset dataset)
    {
        if (!IsPart(dataset))
        {
            yield break;
        }
        using var attributes = File.AttributesOf(GroupOf(dataset));
        var sources = Enumerable.Range(0, 3).Select(axis => LengthOf(dataset, attributes, axis)).ToList();
        if (sources.Exists(source => source.Found is null))
        {
            yield return $"'{GroupOf(dataset)}' has no ImageSizeX, ImageSizeY and ImageSizeZ"
                + (IsFull(dataset) ? $", and '{Scene}' no X, Y and Z" : "")
                + ": the whole dataset is taken as image, with its padding if it has any";
        }
        else if (sources.Exists(source => source.Where.EndsWith($"'{Scene}'", StringComparison.Ordinal)))
        {
            yield return $"'{GroupOf(dataset)}' has no ImageSizeX, ImageSizeY and ImageSizeZ: lengths are X, Y and Z of '{Scene}'";
        }
        if (_scene.Value.ContainsKey("ExtMax0") && !_scene.Value.ContainsKey("Unit"))
        {
            yield return $"'{Scene}' has no Unit: its extent is in micrometres";
        }
        else if (_scene.Value.GetValueOrDefault("Unit")?.Text is { } unit && LengthUnit.Micrometres(unit) is null)
        {
            yield return $"Unit of '{Scene}' is '{unit}', not a length: the voxel size is unknown";
        }
    }

    /// <summary>What says the true length of an axis, zyx. The scene's lengths are those of the full resolution.</summary>
    private (ImarisNumber? Found, string Where) LengthOf(Hdf5Dataset dataset, Hdf5Attributes group, int axis)
    {
        var letter = "ZYX"[axis];
        var own = ImarisNumber.Read(group, $"ImageSize{letter}");
        return own is not null || !IsFull(dataset)
            ? (own, $"ImageSize{letter} of '{GroupOf(dataset)}'")
            : (_scene.Value.GetValueOrDefault(letter.ToString()), $"{letter} of '{Scene}'");
    }

    private Dictionary<string, ImarisNumber> ReadScene()
    {
        if (!LinkNames.Has(File, Scene) || !File.Exists(Scene))
        {
            return [];
        }
        using var attributes = File.AttributesOf(Scene);
        string[] names = ["X", "Y", "Z", "Unit", "ExtMin0", "ExtMin1", "ExtMin2", "ExtMax0", "ExtMax1", "ExtMax2"];
        return names.Select(name => (name, Number: ImarisNumber.Read(attributes, name)))
            .Where(found => found.Number is not null)
            .ToDictionary(found => found.name, found => found.Number!);
    }

    private static string GroupOf(Hdf5Dataset dataset) => dataset.Path[..dataset.Path.LastIndexOf('/')];

    private static bool IsPart(Hdf5Dataset dataset) => dataset.Shape.Length == 3 && Part().IsMatch(dataset.Path);

    private static bool IsFull(Hdf5Dataset dataset) => dataset.Path.Contains("/ResolutionLevel 0/", StringComparison.Ordinal);

    [GeneratedRegex(@"/ResolutionLevel [0-9]+/TimePoint [0-9]+/Channel [0-9]+/Data$")]
    private static partial Regex Part();
}
