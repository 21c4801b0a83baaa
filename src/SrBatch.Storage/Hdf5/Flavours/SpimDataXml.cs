using System.Globalization;
using System.Xml;
using SrBatch.Core.Planning;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>The XML file (SpimData) that BigDataViewer writes beside an HDF5 file: the voxel sizes of its setups.</summary>
internal sealed class SpimDataXml
{
    /// <summary>Most XML files of a folder that are searched.</summary>
    private const int MostFiles = 100;

    /// <summary>Most characters that are read; enough for tens of thousands of setups.</summary>
    private const long MostCharacters = 16 << 20;

    private readonly Dictionary<int, ElementSize> _voxelSizes = [];

    private SpimDataXml()
    {
    }

    /// <summary>Voxel size by setup; setups without a unit of length are absent.</summary>
    internal IReadOnlyDictionary<int, ElementSize> VoxelSizes => _voxelSizes;

    /// <summary>Type of the values, as some writers note it at the image loader; null if they do not.</summary>
    internal string? DataType { get; private set; }

    /// <summary>Name, without folders, of the HDF5 file that the XML file belongs to.</summary>
    private string? ImageFile { get; set; }

    /// <returns>
    /// The XML file of the same name, else the first in the folder that names the HDF5 file, in upper or lower case; null if none can be
    /// read.
    /// </returns>
    internal static SpimDataXml? Beside(string file)
    {
        var anyCase = new EnumerationOptions { MatchCasing = MatchCasing.CaseInsensitive };
        try
        {
            var all = Directory.EnumerateFiles(Path.GetDirectoryName(file)!, "*.xml", anyCase).Take(MostFiles).Order(StringComparer.Ordinal)
                .ToList();
            var namesake = Path.ChangeExtension(file, ".xml");
            return Read(namesake)
                ?? all.Where(path => Same(path, namesake)).Select(Read).FirstOrDefault(xml => xml is not null)
                ?? all.Select(Read).FirstOrDefault(xml => Same(xml?.ImageFile, Path.GetFileName(file)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
    }

    /// <returns>Null if it is missing, broken or of another kind. The image can be read without it.</returns>
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

    /// <summary>Reads up to the end of the setups. The transformations of each view, which follow, may be long.</summary>
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
            // Elements are found within their parent, because other elements have an id and a size too.
            switch (reader.LocalName)
            {
                case "ImageLoader":
                    DataType = reader.GetAttribute("dataType");
                    break;
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
        var xyz = size.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => double.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : double.NaN)
            .ToList();
        if (LengthUnit.Micrometres(unit) is { } micrometres
            && xyz is [var x, var y, var z]
            && ElementSize.Of(z * micrometres, y * micrometres, x * micrometres) is { } voxel)
        {
            _voxelSizes[setup] = voxel;
        }
    }

    /// <summary>Text of the element; the reader stays on the text or on the end of the element.</summary>
    private static string Text(XmlReader reader) =>
        !reader.IsEmptyElement && reader.Read() && reader.NodeType == XmlNodeType.Text ? reader.Value.Trim() : "";
}
