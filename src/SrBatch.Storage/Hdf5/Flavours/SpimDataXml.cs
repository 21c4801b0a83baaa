using System.Globalization;
using System.Xml;
using SrBatch.Core.Planning;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>The XML (SpimData) that BigDataViewer keeps beside an HDF5 file: the voxel sizes of its setups.</summary>
internal sealed class SpimDataXml
{
    /// <summary>In a folder of many XML files that name other images, the search ends here.</summary>
    private const int MostFiles = 100;

    /// <summary>Tens of thousands of setups; what stands behind them is not read.</summary>
    private const long MostCharacters = 16 << 20;

    private readonly Dictionary<int, ElementSize> _voxelSizes = [];

    private SpimDataXml()
    {
    }

    /// <summary>By setup; those without a unit of length are absent.</summary>
    internal IReadOnlyDictionary<int, ElementSize> VoxelSizes => _voxelSizes;

    /// <summary>Name, without folders, of the HDF5 file that the XML belongs to.</summary>
    private string? ImageFile { get; set; }

    /// <returns>The XML of the same name, else the first of the folder that names the file; null when there is none that can be read.</returns>
    internal static SpimDataXml? Beside(string file)
    {
        try
        {
            return Read(Path.ChangeExtension(file, ".xml")) is { } namesake
                ? namesake
                : Directory.EnumerateFiles(Path.GetDirectoryName(file)!, "*.xml").Take(MostFiles).Order(StringComparer.Ordinal).Select(Read)
                    .FirstOrDefault(xml => xml?.ImageFile == Path.GetFileName(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <returns>Null when it is missing, broken or of another kind: without it the image is read all the same.</returns>
    private static SpimDataXml? Read(string path)
    {
        if (!System.IO.File.Exists(path))
        {
            return null;
        }
        try
        {
            using var reader = XmlReader.Create(path, new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                MaxCharactersInDocument = MostCharacters,
                IgnoreComments = true,
                IgnoreWhitespace = true,
            });
            var xml = new SpimDataXml();
            return reader.MoveToContent() == XmlNodeType.Element && reader.LocalName == "SpimData" && xml.ReadSetups(reader) ? xml : null;
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads up to the end of the setups; what follows, transformations of each view, may be long.</summary>
    private bool ReadSetups(XmlReader reader)
    {
        int? setup = null;
        string? unit = null;
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.EndElement && reader.LocalName == "ViewSetups")
            {
                return true;
            }
            if (reader.NodeType != XmlNodeType.Element)
            {
                continue;
            }
            // Each leaf is found by the element around it: other things have an id and a size too.
            switch (reader.LocalName)
            {
                case "hdf5":
                    ImageFile = Path.GetFileName(Text(reader).Replace('\\', '/'));
                    break;
                case "ViewSetup":
                    (setup, unit) = (null, null);
                    break;
                case "id" when setup is null:
                    setup = int.TryParse(Text(reader), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
                    break;
                case "unit":
                    unit = Text(reader);
                    break;
                case "size" when unit is not null && setup is not null:
                    Add(setup.Value, unit, Text(reader));
                    break;
            }
        }
        return false;
    }

    private void Add(int setup, string unit, string size)
    {
        var xyz = size.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => double.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : double.NaN).ToList();
        if (LengthUnit.Micrometres(unit) is { } micrometres && xyz is [var x, var y, var z] && ElementSize.Of(z * micrometres, y * micrometres, x * micrometres) is { } voxel)
        {
            _voxelSizes[setup] = voxel;
        }
    }

    /// <summary>The element's text; the reader stays on it or on its end.</summary>
    private static string Text(XmlReader reader) => !reader.IsEmptyElement && reader.Read() && reader.NodeType == XmlNodeType.Text ? reader.Value.Trim() : "";
}
