using System.IO.Compression;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.BioImageIo;

/// <summary>Where a package's files lie: a folder, or a zip that is read in place and never unpacked, so that no name in it can lead anywhere.</summary>
internal sealed class PackageFiles
{
    /// <summary>Names of a description, the specification's first (bioimageio.spec, BIOIMAGEIO_YAML and its alternatives).</summary>
    private static readonly string[] DescriptionNames = ["bioimageio.yaml", "rdf.yaml", "model.yaml"];

    /// <summary>Deflate packs at most 1032 to 1; a zip that claims more is damaged or means harm.</summary>
    private const long MostPacked = 1040;

    private readonly string _path;
    private readonly bool _isZip;

    /// <summary>Folder of the description within the package, with '/' at its end; empty at the top.</summary>
    private readonly string _folder;

    private PackageFiles(string path, bool isZip, string folder, string description)
    {
        _path = path;
        _isZip = isZip;
        _folder = folder;
        Description = description;
    }

    /// <summary>Name of the description, in the folder that other names are relative to.</summary>
    public string Description { get; }

    /// <summary>True for a folder with a description, and for a file whose name ends as that of a description or a zip.</summary>
    public static bool AreAt(string path) => Directory.Exists(path) ? DescriptionNames.Any(name => File.Exists(Path.Combine(path, name)))
        : IsDescription(path) || path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="SrBatchException">Nothing there, or no package (exit 65).</exception>
    public static PackageFiles Open(string path)
    {
        path = Path.GetFullPath(path);
        if (Directory.Exists(path))
        {
            return new PackageFiles(path, isZip: false, "", DescriptionNames.FirstOrDefault(name => File.Exists(Path.Combine(path, name))) ?? throw NoDescription(path, "the folder"));
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
            // Some are packed with the folder around the files.
            string found = zip.Entries.Select(entry => entry.FullName)
                .Where(name => name.Count(letter => letter == '/') <= 1 && DescriptionNames.Contains(Path.GetFileName(name)))
                .OrderBy(name => name.Count(letter => letter == '/')).ThenBy(name => Array.IndexOf(DescriptionNames, Path.GetFileName(name))).ThenBy(name => name, StringComparer.Ordinal)
                .FirstOrDefault() ?? throw NoDescription(path, "the zip");
            int end = found.LastIndexOf('/') + 1;
            return new PackageFiles(path, isZip: true, found[..end], found[end..]);
        });
    }

    /// <summary>The file as messages call it.</summary>
    public string Where(string name) => _isZip ? $"{_path}: {_folder}{name}" : Path.Combine(_path, name);

    /// <param name="name">Relative, with '/'.</param>
    public bool Has(string name) => _isZip ? InZip(_path, zip => zip.GetEntry(_folder + name) is not null) : RegularFile.IsAt(Path.Combine(_path, name));

    /// <param name="name">Relative, with '/'; must be there.</param>
    /// <param name="mostBytes">Larger files are refused before they are read.</param>
    /// <exception cref="SrBatchException">Too large, damaged or unreadable (exit 65).</exception>
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
            if (entry.Length / MostPacked > entry.CompressedLength)
            {
                throw Damaged(Where(name), "it claims to be larger than its packed bytes can be");
            }
            using Stream stream = entry.Open();
            return Read(name, stream, entry.Length, mostBytes);
        });
    }

    private byte[] Read(string name, Stream stream, long length, long mostBytes)
    {
        if (length > mostBytes)
        {
            throw Bad(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Where(name)}: is {length} bytes; at most {mostBytes} are read. Choose another model."));
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
        // NotSupportedException: packed by a method that .NET does not know, or encrypted.
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw Damaged(where, e.Message.TrimEnd('.'), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{where}: cannot be read: {e.Message}", e);
        }
    }

    private static bool IsDescription(string path) => path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    private static SrBatchException NoDescription(string path, string what) =>
        Bad($"{path}: {what} has no {string.Join(", ", DescriptionNames[..^1])} or {DescriptionNames[^1]}; expected a BioImage.IO package. Download the model from bioimage.io as a zip.");

    private static SrBatchException Damaged(string where, string why, Exception? inner = null) =>
        new(ExitCode.ImagesFailed, $"{where}: is no zip, or damaged: {why}. Download the package again.", inner);

    private static SrBatchException Bad(string message) => new(ExitCode.ImagesFailed, message);
}
