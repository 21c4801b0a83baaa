using System.Globalization;
using System.Text.RegularExpressions;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>
/// Files of BigDataViewer and BigStitcher: <c>/tTTTTT/sSS/L/cells</c>, each zyx, for time point, setup (channel, tile or angle) and
/// resolution level. The attribute <c>dataType</c> of <c>/sSS</c> (BigDataViewer since 2023, pull request 157) gives the type of the
/// values. Without it they are uint16, which older versions store as int16. The voxel size is in the XML file beside it, the factors of
/// the levels are in <c>/sSS/resolutions</c> (x, y, z).
/// </summary>
internal sealed partial class BigDataViewerFlavour : ImageFlavour
{
    private readonly Lazy<SpimDataXml?> _xml;
    private readonly Dictionary<string, string?> _dataTypes = new(StringComparer.Ordinal);

    private BigDataViewerFlavour(Hdf5File file)
        : base(file)
    {
        _xml = new Lazy<SpimDataXml?>(() => SpimDataXml.Beside(file.Path));
    }

    internal static BigDataViewerFlavour? Recognise(Hdf5File file)
    {
        // Runs for every file, so it first tests what most files lack.
        var first = LinkNames.Has(file, "/t00000")
            ? "t00000"
            : LinkNames.In(file, "/").Where(name => TimePoint().IsMatch(name)).Min(StringComparer.Ordinal);
        return first is not null && (IsForbidden(file, first)
            ? LinkNames.Has(file, "/s00")
            : Setups(file, first).Exists(setup => LinkNames.Has(file, $"/{first}/{setup}/0/cells")))
            ? new BigDataViewerFlavour(file)
            : null;
    }

    internal override string NameFor(Hdf5Dataset? dataset) => "bdv";

    /// <summary>Takes all setups as channels if they are alike.</summary>
    internal override string Choose()
    {
        var time = LinkNames.In(File, "/").Where(name => TimePoint().IsMatch(name)).Min(StringComparer.Ordinal)!;
        var setups = Setups(File, time).Where(setup => File.Exists($"/{time}/{setup}/0/cells")).ToList();
        var alike = setups.Select(setup =>
        {
            using var cells = File.OpenDataset($"/{time}/{setup}/0/cells");
            return (Pattern: $"/t{{t:00000}}/{setup}/0/cells", Form: $"({string.Join(", ", cells.Shape)}) {cells.Type}");
        }).ToList();
        if (alike.Count == 1)
        {
            return alike[0].Pattern;
        }
        var areNumbered = setups.Select((setup, n) => setup == $"s{n:00}").All(isNext => isNext);
        return areNumbered && alike.TrueForAll(setup => setup.Form == alike[0].Form)
            ? "/t{t:00000}/s{c:00}/0/cells"
            : throw new SrBatchException(ExitCode.ImagesFailed,
                $"{File.Path}: which setup is the input? They are no channels of one image, "
                + $"as {(areNumbered ? "their shapes or types differ" : "their numbers have gaps")}. "
                + $"Set input.dataset to one of {Listed(alike.ConvertAll(setup => $"{setup.Pattern} {setup.Form}"))}.");
    }

    internal override ValueRule ValuesOf(Hdf5Dataset dataset)
    {
        var cells = Cells().Match(dataset.Path);
        if (!cells.Success)
        {
            return base.ValuesOf(dataset);
        }
        var stored = dataset.ElementType;
        var setup = cells.Groups[1].Value;
        if (DataTypeOf(setup) is not { } name)
        {
            return stored != ElementType.Int16 ? new ValueRule(stored) : new ValueRule(stored)
            {
                Bits = ElementType.UInt16,
                Assumptions = [$"'/s{setup}' has no dataType that is text, and '{dataset.Path}' is int16: read as uint16"],
            };
        }
        if (name == stored.NumpyName())
        {
            return new ValueRule(stored);
        }
        return Enum.TryParse<ElementType>(name, ignoreCase: true, out var meant)
            && meant.MaxValue() is not null
            && stored.MaxValue() is not null
            && Hdf5Type.Bytes(meant) == Hdf5Type.Bytes(stored)
            ? new ValueRule(stored) { Bits = meant }
            : new ValueRule(stored)
            {
                Assumptions = [$"dataType of '/s{setup}' is '{name}', but '{dataset.Path}' is {dataset.Type}: read as it is stored"],
            };
    }

    internal override string? AxesOf(Hdf5Dataset dataset) => Cells().IsMatch(dataset.Path) ? SpatialAxes(dataset) : base.AxesOf(dataset);

    internal override ElementSize? ElementSizeOf(ImageParts image)
    {
        var sizes = image.Channels()
            .Select(path => Cells().Match(path))
            .Select(cells => cells.Success ? SizeOf(cells) : null).Distinct().Take(2).ToList();
        return sizes is [var only] ? only ?? base.ElementSizeOf(image) : null;
    }

    /// <summary>The attribute of the setup, else what the XML file says; null if neither does.</summary>
    private string? DataTypeOf(string setup)
    {
        if (_dataTypes.TryGetValue(setup, out var known))
        {
            return known;
        }
        string? name = null;
        if (LinkNames.Has(File, "/s" + setup))
        {
            try
            {
                using var attributes = File.AttributesOf("/s" + setup);
                name = attributes.GetJoinedString("dataType");
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
            {
                name = null; // the group is a link that leads nowhere
            }
        }
        return _dataTypes[setup] = name ?? _xml.Value?.DataType;
    }

    /// <summary>True if the link leads where this file may not lead.</summary>
    private static bool IsForbidden(Hdf5File file, string name)
    {
        try
        {
            _ = file.Exists("/" + name);
            return false;
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return true;
        }
    }

    private ElementSize? SizeOf(Match cells)
    {
        var (setup, level) = (cells.Groups[1].Value, cells.Groups[2].Value);
        return int.TryParse(setup, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && _xml.Value?.VoxelSizes.TryGetValue(number, out var size) == true
            && FactorsOf(setup, level) is [var x, var y, var z]
            ? ElementSize.Of(size!.Z * z, size.Y * y, size.X * x)
            : null;
    }

    /// <summary>Size of a level's voxels in voxels of the full image (x, y, z); null if unknown.</summary>
    private double[]? FactorsOf(string setup, string level)
    {
        var path = $"/s{setup}/resolutions";
        try
        {
            if (File.Exists(path))
            {
                using var table = File.OpenDataset(path);
                return table.Shape is [var levels, 3] && long.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out var row)
                    && row < levels
                    ? RealValues.Read(table, [row, 0], [1, 3])
                    : null;
            }
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return null; // a hint that cannot be read is ignored
        }
        return level == "0" ? [1, 1, 1] : null;
    }

    private static List<string> Setups(Hdf5File file, string time) =>
    [
        .. LinkNames.In(file, "/" + time)
            .Where(name => Setup().IsMatch(name))
            .OrderBy(name => name.Length)
            .ThenBy(name => name, StringComparer.Ordinal),
    ];

    [GeneratedRegex("^t[0-9]{5,}$")]
    private static partial Regex TimePoint();

    [GeneratedRegex("^s[0-9]{2,}$")]
    private static partial Regex Setup();

    [GeneratedRegex(@"^/t[0-9]{5,}/s([0-9]{2,})/([0-9]+)/cells$")]
    private static partial Regex Cells();
}
