using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Links;

/// <summary>
/// Finds the files that hold the values of a dataset before libhdf5 does, which has no callback for raw files and virtual sources.
/// </summary>
/// <param name="guard">The guard of the file.</param>
internal sealed class StorageCheck(LinkGuard guard)
{
    private const int MostDepth = 8;
    private const int MostSources = 10_000;
    private const int MostNameBytes = 4096;

    /// <summary>Datasets that passed the check, by file and path.</summary>
    private readonly HashSet<(string File, string Dataset)> _checked = [];

    /// <inheritdoc cref="LinkGuard.ProblemOf"/>
    internal string? ProblemOf(Hdf5Handle dataset) => ProblemOf(dataset, depth: 0);

    private string? ProblemOf(Hdf5Handle dataset, int depth)
    {
        using var creation = Hdf5Handle.List(H5D.get_create_plist(dataset.Id));
        if (creation.IsInvalid)
        {
            return null; // reading the header reports it
        }
        var file = FileOf(dataset);
        return H5P.get_layout(creation.Id) == H5D.Virtual ? OfVirtual(dataset, creation, file, depth) : OfRawFiles(creation, file);
    }

    private string? OfRawFiles(Hdf5Handle creation, string file)
    {
        var count = H5P.get_external_count(creation.Id);
        for (uint n = 0; n < count; n++)
        {
            if (RawFile(creation, n) is not { } name)
            {
                return "keeps its values in a file whose name cannot be read";
            }
            // set_efile_prefix makes libhdf5 look there.
            var target = Path.Combine(Path.GetDirectoryName(file)!, name);
            if (!guard.Allows("keeps its values in", target))
            {
                return guard.TakeRefusal();
            }
            if (Path.Exists(target) && !Files.RegularFile.IsAt(target))
            {
                return $"keeps its values in {target}, which is no regular file or may not be read";
            }
        }
        return null;
    }

    private string? OfVirtual(Hdf5Handle dataset, Hdf5Handle creation, string file, int depth)
    {
        if (depth >= MostDepth)
        {
            return $"is a virtual dataset nested deeper than {MostDepth}";
        }
        if (H5P.get_virtual_count(creation.Id, out var count) < 0)
        {
            return "is a virtual dataset whose sources cannot be read";
        }
        for (nuint n = 0; n < count; n++)
        {
            if (VirtualName(creation, n, isFile: true) is not { } sourceFile || VirtualName(creation, n, isFile: false) is not { } source)
            {
                return "is a virtual dataset whose sources cannot be read";
            }
            // %b stands for a block number. libhdf5 tries the numbers until one is missing.
            var isSeries = HasBlock(sourceFile) || HasBlock(source);
            if (HasBlock(Path.GetDirectoryName(sourceFile) ?? ""))
            {
                return $"draws on {sourceFile}, whose folder changes from block to block; only the file's name may";
            }
            for (var block = 0L; block == 0 || isSeries; block++)
            {
                var problem = OfSource(dataset, file, Filled(sourceFile, block), Filled(source, block), depth, out var isThere);
                if (problem is not null)
                {
                    return problem;
                }
                if (!isThere)
                {
                    break;
                }
            }
        }
        return null;
    }

    private string? OfSource(Hdf5Handle dataset, string parent, string name, string source, int depth, out bool isThere)
    {
        isThere = false;
        var isSame = name == ".";
        var key = (isSame ? parent : $"{parent}\0{name}", source);
        if (_checked.Contains(key))
        {
            isThere = true;
            return null;
        }
        if (_checked.Count >= MostSources)
        {
            return $"draws on more than {MostSources} datasets";
        }
        string? path = null;
        if (!isSame && (path = guard.Find("draws on", parent, name, out var refused)) is null)
        {
            return refused ? guard.TakeRefusal() : null;
        }
        using var file = Hdf5Handle.File(isSame ? H5I.get_file_id(dataset.Id) : H5F.open(path!, H5F.ReadOnly, H5P.Default));
        using var opened = file.IsInvalid ? null : Hdf5Handle.Dataset(H5D.open(file.Id, source, guard.Datasets.Id));
        if (opened is null || opened.IsInvalid)
        {
            _ = H5E.clear(H5E.Default);
            return guard.TakeRefusal();
        }
        isThere = true;
        var problem = ProblemOf(opened, depth + 1);
        if (problem is null)
        {
            _ = _checked.Add(key);
        }
        return problem;
    }

    /// <summary>Absolute path of the file that holds an object.</summary>
    internal static unsafe string FileOf(Hdf5Handle dataset)
    {
        var length = H5F.get_name(dataset.Id, null, 0);
        var bytes = new byte[Math.Clamp(length, 0, MostNameBytes) + 1];
        fixed (byte* start = bytes)
        {
            _ = H5F.get_name(dataset.Id, start, (nuint)bytes.Length);
        }
        return Path.GetFullPath(Encoding.UTF8.GetString(bytes.AsSpan(0, bytes.Length - 1)));
    }

    private static unsafe string? RawFile(Hdf5Handle creation, uint n)
    {
        var bytes = stackalloc byte[MostNameBytes + 1];
        bytes[MostNameBytes] = 0;
        return H5P.get_external(creation.Id, n, MostNameBytes, bytes, out _, out _) < 0 ? null : Text(bytes);
    }

    private static unsafe string? VirtualName(Hdf5Handle creation, nuint n, bool isFile)
    {
        var bytes = stackalloc byte[MostNameBytes + 1];
        var length = isFile
            ? H5P.get_virtual_filename(creation.Id, n, bytes, MostNameBytes)
            : H5P.get_virtual_dsetname(creation.Id, n, bytes, MostNameBytes);
        bytes[MostNameBytes] = 0;
        return length is <= 0 or >= MostNameBytes ? null : Text(bytes);
    }

    /// <summary>Null if it is not UTF-8: we would check another file than libhdf5 opens.</summary>
    private static unsafe string? Text(byte* bytes) =>
        Marshal.PtrToStringUTF8((nint)bytes) is { Length: > 0 } text && !text.Contains('\uFFFD') ? text : null;

    private static bool HasBlock(string name) => name.Replace("%%", "", StringComparison.Ordinal).Contains("%b", StringComparison.Ordinal);

    private static string Filled(string name, long block) => string.Join('%',
        name.Split("%%").Select(part => part.Replace("%b", block.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));
}
