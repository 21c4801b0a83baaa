using System.Text;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Chunks;
using SrBatch.Storage.Hdf5.Filters;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Links;

/// <summary>
/// Finds the files that hold the values of a dataset before libhdf5 does. libhdf5 has no callback for raw files and virtual sources, and
/// where a source is missing it reads the fill value and reports nothing.
/// </summary>
/// <param name="guard">The guard of the file.</param>
internal sealed class StorageCheck(LinkGuard guard)
{
    private const int MostDepth = 8;
    private const int MostSources = 10_000;
    private const int MostNameBytes = 4096;

    /// <summary>Numbers after the end of a series that are tried: a later source means that one before it is missing.</summary>
    private const int MostMissing = 100;

    /// <summary>Datasets that passed the check, by file and path, with the path of the file and the lengths.</summary>
    private readonly Dictionary<(string File, string Dataset), (string Path, long[] Lengths)> _checked = [];

    /// <inheritdoc cref="LinkGuard.ProblemOf"/>
    internal string? ProblemOf(Hdf5Handle dataset) => ProblemOf(dataset, depth: 0);

    private string? ProblemOf(Hdf5Handle dataset, int depth)
    {
        using var creation = Hdf5Handle.List(H5D.get_create_plist(dataset.Id));
        using var type = Hdf5Handle.Type(H5D.get_type(dataset.Id));
        using var space = Hdf5Handle.Space(H5D.get_space(dataset.Id));
        if (creation.IsInvalid || type.IsInvalid || space.IsInvalid)
        {
            return null; // reading the header reports it
        }
        var file = FileOf(dataset);
        if (H5P.get_layout(creation.Id) == H5D.Virtual)
        {
            return OfVirtual(dataset, creation, file, Hdf5Type.Of(type.Id).ElementType, depth);
        }
        var bytes = Hdf5Space.LengthsOf(space.Id).Aggregate((double)H5T.get_size(type.Id), (product, length) => product * length);
        return RawFiles.ProblemOf(creation, file, bytes, guard);
    }

    private string? OfVirtual(Hdf5Handle dataset, Hdf5Handle creation, string file, ElementType? element, int depth)
    {
        if (depth >= MostDepth)
        {
            return $"is a virtual dataset nested deeper than {MostDepth}";
        }
        if (VirtualMapping.ListOf(creation) is not { } mappings)
        {
            return "is a virtual dataset whose sources cannot be read";
        }
        foreach (var mapping in mappings)
        {
            if (mapping.HasBlockInFolder)
            {
                return $"draws on {mapping.File}, whose folder changes from block to block; only the file's name may";
            }
            // %b stands for a block number. libhdf5 tries the numbers until one is missing.
            for (var block = 0L; block == 0 || mapping.IsSeries; block++)
            {
                var problem = OfSource(dataset, file, mapping, block, element, depth, out var missing);
                if (problem is not null)
                {
                    return problem;
                }
                if (missing is not null)
                {
                    if (block == 0 || HasLater(dataset, file, mapping, block, depth))
                    {
                        return missing;
                    }
                    break;
                }
            }
        }
        return null;
    }

    private bool HasLater(Hdf5Handle dataset, string file, VirtualMapping mapping, long block, int depth)
    {
        for (var later = block + 1; later <= block + MostMissing; later++)
        {
            if (OfSource(dataset, file, mapping, later, null, depth, out var missing) is not null || missing is null)
            {
                return true;
            }
        }
        return false;
    }

    /// <param name="missing">What to say if the source is not there; null if it is.</param>
    /// <returns>What is wrong with a source that is there.</returns>
    private string? OfSource(
        Hdf5Handle dataset, string parent, VirtualMapping mapping, long block, ElementType? element, int depth, out string? missing)
    {
        missing = null;
        var (name, source) = mapping.At(block);
        var isSame = name == ".";
        var key = (isSame ? parent : $"{parent}\0{name}", source);
        if (_checked.TryGetValue(key, out var known))
        {
            return SizeProblem(mapping, source, known.Path, known.Lengths);
        }
        if (_checked.Count >= MostSources)
        {
            return $"draws on more than {MostSources} datasets";
        }
        string? path = null;
        if (!isSame && (path = guard.Find("draws on", parent, name, out var whyNot)) is null)
        {
            missing = guard.TakeRefusal() is null ? whyNot : null;
            return missing is null ? whyNot : null;
        }
        using var file = Hdf5Handle.File(isSame ? H5I.get_file_id(dataset.Id) : H5F.open(path!, H5F.ReadOnly, H5P.Default));
        using var opened = file.IsInvalid ? null : guard.OpenSource(file, source);
        if (opened is null)
        {
            var refusal = guard.TakeRefusal();
            missing = refusal is null ? $"draws on '{source}' of {path ?? parent}, which is missing there" : null;
            return refusal;
        }
        using var type = Hdf5Handle.Type(H5D.get_type(opened.Id));
        using var space = Hdf5Handle.Space(H5D.get_space(opened.Id));
        var lengths = Hdf5Space.LengthsOf(space.Id);
        if (ProblemOf(opened, depth + 1) is { } problem)
        {
            return problem; // names the file that its own sources lack
        }
        var found = Hdf5Type.Of(type.Id);
        var shown = $"draws on '{source}' of {path ?? parent}, which";
        if (element is { } wanted && (found.ElementType is not { } held || !wanted.Holds(held)))
        {
            return $"is {wanted.NumpyName()} and {shown} is {found}: {wanted.NumpyName()} does not hold such values. "
                + "Make the virtual dataset of the type of its source";
        }
        if (ChunkProblem(opened, source, lengths, type, found) is { } unreadable)
        {
            return $"{shown} {unreadable}";
        }
        _checked.Add(key, (path ?? parent, lengths));
        return SizeProblem(mapping, source, path ?? parent, lengths);
    }

    /// <summary>Why libhdf5 cannot or should not unpack the chunks of a source.</summary>
    private static string? ChunkProblem(Hdf5Handle dataset, string path, long[] lengths, Hdf5Handle type, Hdf5Type found)
    {
        using var creation = Hdf5Handle.List(H5D.get_create_plist(dataset.Id));
        var filters = Hdf5Filter.ListOf(creation);
        return filters.FirstOrDefault(filter => !filter.IsAvailable && !filter.IsOptional) is { } missing
            ? $"is packed with filter {missing.Id} ({missing.Name}), which this node's HDF5 lacks. {missing.Remedy}"
            : ChunkLayout.Of(creation, lengths.Length, (int)H5T.get_size(type.Id), filters)?.Problem(path, found);
    }

    private static string? SizeProblem(VirtualMapping mapping, string source, string file, long[] lengths)
    {
        var (needed, shape) = (mapping.Source.Needed, string.Join(", ", lengths));
        if (!mapping.Source.IsAll)
        {
            return lengths.Length == needed.Length && lengths.Zip(needed).All(axis => axis.First >= axis.Second)
                ? null
                : $"draws on '{source}' of {file}, which is ({shape}); expected at least ({string.Join(", ", needed)})";
        }
        // The header does not say what shape the whole source had.
        var values = lengths.Aggregate(1.0, (product, length) => product * length);
        return mapping.Target.Size is { } size && size != values
            ? $"draws on '{source}' of {file}, which is ({shape}), {values:0} values; expected {size}"
            : null;
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
}
