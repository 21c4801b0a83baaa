using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Links;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Coverages;

/// <summary>
/// A virtual dataset: what no source fills was never written, and what a source fills may be missing there. The sources themselves are
/// there: <see cref="StorageCheck"/> requires it.
/// </summary>
internal sealed class VirtualCoverage : Coverage
{
    /// <summary>Most sources listed in a message.</summary>
    private const int MostNamed = 3;

    private readonly LinkGuard _guard;
    private readonly string _file;
    private readonly Hdf5Box _whole;
    private readonly List<MappedBox> _boxes = [];

    /// <summary>For each of <see cref="_boxes"/>, the highest end of it and those before it, along the first axis.</summary>
    private readonly long[] _ends;

    /// <summary>True if a mapping is no list of boxes; it may then fill everything.</summary>
    private readonly bool _isVague;

    /// <summary>Sources that were opened and need not be again.</summary>
    private readonly Dictionary<(string File, string Dataset), (Coverage Coverage, Hdf5Box Whole)> _sources = [];

    /// <summary>Files of sources by their names in the header; null: not there.</summary>
    private readonly Dictionary<string, string?> _paths = new(StringComparer.Ordinal);

    /// <param name="dataset">The dataset.</param>
    /// <param name="guard">The guard of its file.</param>
    /// <param name="mappings">All of its mappings.</param>
    /// <param name="shape">Lengths of its axes.</param>
    internal VirtualCoverage(Hdf5Handle dataset, LinkGuard guard, IReadOnlyList<VirtualMapping> mappings, long[] shape)
    {
        _guard = guard;
        _file = StorageCheck.FileOf(dataset);
        _whole = new Hdf5Box(new long[shape.Length], shape);
        foreach (var mapping in mappings)
        {
            _isVague |= !TryAdd(mapping);
        }
        _boxes.Sort((one, other) => First(one.Target).CompareTo(First(other.Target)));
        _ends = new long[_boxes.Count];
        for (var n = 0; n < _ends.Length; n++)
        {
            _ends[n] = Math.Max(n == 0 ? 0 : _ends[n - 1], End(_boxes[n].Target));
        }
    }

    /// <summary>Number of times a source was opened.</summary>
    internal int Opened { get; private set; }

    internal override bool IsEmpty => !_isVague && _whole.Size > 0 && Missing(_whole) == _whole.Size;

    internal override long Missing(Hdf5Box box)
    {
        if (_isVague)
        {
            return 0;
        }
        var parts = PartsOf(box);
        var missing = box.Size - BoxUnion.Size([.. parts.Select(pair => pair.Part)]);
        foreach (var source in parts.GroupBy(pair => pair.Mapped.Name))
        {
            missing += MissingInSource(source.Key, source);
        }
        return Math.Min(missing, box.Size);
    }

    internal override string? Gone(Hdf5Box box) => PartsOf(box).Select(pair => pair.Mapped.Name.File).Distinct(StringComparer.Ordinal)
        .Select(name => PathOf(name) ?? Path.GetFullPath(name, Path.GetDirectoryName(_file)!))
        .FirstOrDefault(path => !File.Exists(path));

    private static long First(Hdf5Box box) => box.Start.Length == 0 ? 0 : box.Start[0];

    private static long End(Hdf5Box box) => box.Start.Length == 0 ? 1 : box.Start[0] + box.Count[0];

    /// <summary>The parts of a box that sources fill.</summary>
    private List<(MappedBox Mapped, Hdf5Box Part)> PartsOf(Hdf5Box box)
    {
        List<(MappedBox Mapped, Hdf5Box Part)> parts = [];
        var first = Array.BinarySearch(_ends, First(box) + 1);
        if (first < 0)
        {
            first = ~first;
        }
        while (first > 0 && _ends[first - 1] > First(box))
        {
            first--; // of equal ends, the search finds any
        }
        for (var n = first; n < _boxes.Count && First(_boxes[n].Target) < End(box); n++)
        {
            if (_boxes[n].Target.Within(box) is { } part)
            {
                parts.Add((_boxes[n], part));
            }
        }
        return parts;
    }

    internal override SrBatchException Located(SrBatchException fault, Hdf5Box box)
    {
        string[] sources =
        [
            .. PartsOf(box).Select(pair => pair.Mapped.Name).Distinct()
                .Select(name => name.File == "." ? $"'{name.Dataset}'" : $"{name.File} '{name.Dataset}'"),
        ];
        var more = sources.Length > MostNamed ? $" and {sources.Length - MostNamed} more" : "";
        return sources.Length == 0 ? fault : new SrBatchException(
            fault.ExitCode,
            $"{fault.Message} These values are drawn from {string.Join(", ", sources.Take(MostNamed))}{more}.",
            fault.InnerException);
    }

    /// <returns>False if the mapping is no list of boxes.</returns>
    private bool TryAdd(VirtualMapping mapping)
    {
        var target = mapping.Target;
        if (mapping.IsSeries)
        {
            // Each block fills one of the boxes; StorageCheck makes sure that no block is missing between others.
            return target.UnlimitedAxis >= 0 && Add(mapping, target.BlocksWithin(_whole), isNumbered: true);
        }
        if (target.UnlimitedAxis < 0)
        {
            return Add(mapping, target.Boxes, isNumbered: false);
        }
        var along = 0L;
        return mapping.Source.UnlimitedAxis is var axis and >= 0
            && TryUse(mapping.At(0), source =>
            {
                using var space = Hdf5Handle.Space(H5D.get_space(source.Id));
                along = mapping.Source.CountAlong(Hdf5Space.LengthsOf(space.Id)[axis]);
            })
            && Add(mapping, target.BoxesUpTo(along), isNumbered: false);
    }

    private bool Add(VirtualMapping mapping, IReadOnlyList<Hdf5Box>? targets, bool isNumbered)
    {
        // Values are taken in C order: only a single box on each side shows which part of the source fills which part.
        var sources = mapping.Source.Boxes;
        for (var n = 0; n < targets?.Count; n++)
        {
            var source = sources is [var only] && (isNumbered || targets.Count == 1) ? only : (Hdf5Box?)null;
            _boxes.Add(new MappedBox(targets[n], mapping.At(isNumbered ? n : 0), source));
        }
        return targets is not null;
    }

    private long MissingInSource((string File, string Dataset) name, IEnumerable<(MappedBox Mapped, Hdf5Box Part)> parts)
    {
        if (_sources.TryGetValue(name, out var known))
        {
            return Missing(known.Coverage, known.Whole, parts);
        }
        var missing = 0L;
        _ = TryUse(name, source =>
        {
            var coverage = Of(source, _guard);
            using var space = Hdf5Handle.Space(H5D.get_space(source.Id));
            var lengths = Hdf5Space.LengthsOf(space.Id);
            var whole = new Hdf5Box(new long[lengths.Length], lengths);
            if (!coverage.NeedsDataset)
            {
                _sources.Add(name, (coverage, whole));
            }
            missing = Missing(coverage, whole, parts);
        });
        return missing;
    }

    private static long Missing(Coverage coverage, Hdf5Box whole, IEnumerable<(MappedBox Mapped, Hdf5Box Part)> parts)
    {
        if (coverage.IsWhole)
        {
            return 0;
        }
        // Where the boxes do not tell which part of the source is meant, its gaps count as evenly spread.
        double? share = null;
        return parts.Sum(pair => pair.Mapped.SourceOf(pair.Part, whole) is { } box
            ? coverage.Missing(box)
            : (long)Math.Round((share ??= (double)coverage.Missing(whole) / Math.Max(1, whole.Size)) * pair.Part.Size));
    }

    /// <returns>False if the source cannot be opened; reading says why.</returns>
    private bool TryUse((string File, string Dataset) name, Action<Hdf5Handle> use)
    {
        var path = PathOf(name.File);
        using var file = path is null ? null : Hdf5Handle.File(H5F.open(path, H5F.ReadOnly, H5P.Default));
        using var source = file is null || file.IsInvalid ? null : _guard.OpenSource(file, name.Dataset);
        if (source is not null)
        {
            Opened++;
            use(source);
        }
        _ = H5E.clear(H5E.Default);
        _ = _guard.TakeRefusal();
        return source is not null;
    }

    private string? PathOf(string name)
    {
        if (!_paths.TryGetValue(name, out var path))
        {
            path = name == "." ? _file : _guard.Find("draws on", _file, name, out _);
            _ = _guard.TakeRefusal();
            _paths.Add(name, path);
        }
        return path;
    }
}
