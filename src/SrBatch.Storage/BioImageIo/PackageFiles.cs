using System.Globalization;
using System.IO.Compression;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.BioImageIo;

/// <summary>
/// The files of a package: a folder or a zip. A zip is read in place and never unpacked, so the names in it cannot point outside.
/// </summary>
internal sealed class PackageFiles
{
    /// <summary>
    /// File names of descriptions; the specification's own name comes first (bioimageio.spec, BIOIMAGEIO_YAML and its alternatives).
    /// </summary>
    private static readonly string[] DescriptionNames = ["bioimageio.yaml", "rdf.yaml", "model.yaml"];

    /// <summary>Deflate compresses at most 1032 to 1. A zip that claims a higher ratio is damaged or malicious.</summary>
    private const long MostCompression = 1040;

    private readonly string _path;
    private readonly bool _isZip;

    /// <summary>Folder of the description within the package, ending in '/'; empty for the top folder.</summary>
    private readonly string _folder;

    private PackageFiles(string path, bool isZip, string folder, string description)
    {
        _path = path;
        _isZip = isZip;
        _folder = folder;
        Description = description;
    }

    /// <summary>File name of the description. Other names are relative to its folder.</summary>
    public string Description { get; }

    /// <summary>True for a folder with a description, and for a file whose name ends like that of a description or a zip.</summary>
    public static bool AreAt(string path) => Directory.Exists(path) ? FindDescription(path) is not null
        : IsDescription(path) || path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="SrBatchException">There is no such file or folder, or it is not a package (exit 65).</exception>
    public static PackageFiles Open(string path)
    {
        path = Path.GetFullPath(path);
        if (Directory.Exists(path))
        {
            return new PackageFiles(path, isZip: false, "", FindDescription(path) ?? throw NoDescription(path, "the folder"));
        }
        if (!File.Exists(path))
        {
            throw Bad($"{path}: there is no such file or folder.");
        }
        if (IsDescription(path))
        {
            return new PackageFiles(Path.GetDirectoryName(path)!, isZip: false, "", Path.GetFileName(path));
        }
        return InZip(path, zip =>
        {
            // Some zips contain the folder around the files.
            string found = zip.Entries.Select(entry => entry.FullName)
                .Where(name => name.Count(letter => letter == '/') <= 1 && DescriptionNames.Contains(Path.GetFileName(name)))
                .OrderBy(name => name.Count(letter => letter == '/'))
                .ThenBy(name => Array.IndexOf(DescriptionNames, Path.GetFileName(name)))
                .ThenBy(name => name, StringComparer.Ordinal)
                .FirstOrDefault() ?? throw NoDescription(path, "the zip");
            int end = found.LastIndexOf('/') + 1;
            return new PackageFiles(path, isZip: true, found[..end], found[end..]);
        });
    }

    /// <summary>Name of the file for messages.</summary>
    public string Where(string name) => _isZip ? $"{_path}: {_folder}{name}" : Path.Combine(_path, name);

    /// <param name="name">Relative, with '/'.</param>
    public bool Has(string name) => _isZip
        ? InZip(_path, zip => zip.GetEntry(_folder + name) is not null)
        : RegularFile.IsAt(Path.Combine(_path, name));

    /// <param name="name">Relative path, with '/'; must exist.</param>
    /// <param name="mostBytes">Larger files are refused without reading them.</param>
    /// <exception cref="SrBatchException">The file is too large, damaged or unreadable (exit 65).</exception>
    public byte[] Read(string name, long mostBytes)
    {
        if (!_isZip)
        {
            return Reading(Where(name), () =>
            {
                using var handle = RegularFile.TryOpen(Path.Combine(_path, name)) ?? throw Bad($"{Where(name)}: is not a file.");
                using var stream = new FileStream(handle, FileAccess.Read);
                return Read(name, stream, stream.Length, mostBytes);
            });
        }
        return InZip(_path, zip =>
        {
            ZipArchiveEntry entry = zip.GetEntry(_folder + name) ?? throw Bad($"{Where(name)}: there is no such file in the zip.");
            if (entry.Length / MostCompression > entry.CompressedLength)
            {
                throw Damaged(Where(name), "its stated size is larger than its compressed data can hold");
            }
            using Stream stream = entry.Open();
            return Read(name, stream, entry.Length, mostBytes);
        });
    }

    private byte[] Read(string name, Stream stream, long length, long mostBytes)
    {
        if (length > mostBytes)
        {
            throw Bad(string.Create(
                CultureInfo.InvariantCulture,
                $"{Where(name)}: is {length} bytes; at most {mostBytes} are read. Choose another model."));
        }
        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static T InZip<T>(string path, Func<ZipArchive, T> read) => Reading(path, () =>
    {
        using var handle = RegularFile.TryOpen(path) ?? throw Bad($"{path}: is not a file.");
        using var stream = new FileStream(handle, FileAccess.Read);
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        return read(zip);
    });

    private static T Reading<T>(string where, Func<T> read)
    {
        try
        {
            return read();
        }
        // NotSupportedException: the file is encrypted, or compressed by a method that .NET does not support.
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw Damaged(where, e.Message.TrimEnd('.'), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{where}: cannot be read: {e.Message}", e);
        }
    }

    private static string? FindDescription(string folder) =>
        DescriptionNames.FirstOrDefault(name => File.Exists(Path.Combine(folder, name)));

    private static bool IsDescription(string path) =>
        path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    private static SrBatchException NoDescription(string path, string what) =>
            Bad($"{path}: {what} has no {string.Join(", ", DescriptionNames[..^1])} or {DescriptionNames[^1]}; "
                + "expected a BioImage.IO package. Download the model from bioimage.io as a zip.");

    private static SrBatchException Damaged(string where, string why, Exception? inner = null) =>
        new(ExitCode.ImagesFailed, $"{where}: is not a zip file, or is damaged: {why}. Download the package again.", inner);

    private static SrBatchException Bad(string message) => new(ExitCode.ImagesFailed, message);
}
