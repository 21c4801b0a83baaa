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
    private readonly LinkGuard _guard;
    private readonly string _file;
    private readonly Hdf5Box _whole;
    private readonly List<MappedBox> _boxes = [];

    /// <summary>True if a mapping is no list of boxes; it may then fill everything.</summary>
    private readonly bool _isVague;

    /// <summary>Sources that have no gaps.</summary>
    private readonly HashSet<(string File, string Dataset)> _wholeSources = [];

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
    }

    internal override bool IsEmpty => !_isVague && _whole.Size > 0 && Missing(_whole) == _whole.Size;

    internal override long Missing(Hdf5Box box)
    {
        if (_isVague)
        {
            return 0;
        }
        List<(MappedBox Mapped, Hdf5Box Part)> parts =
            [.. _boxes.Select(mapped => (mapped, mapped.Target.Within(box))).Where(pair => pair.Item2 is not null)
                .Select(pair => (pair.mapped, pair.Item2!.Value))];
        var missing = box.Size - BoxUnion.Size([.. parts.Select(pair => pair.Part)]);
        foreach (var (mapped, part) in parts)
        {
            missing += MissingInSource(mapped, part);
        }
        return Math.Min(missing, box.Size);
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

    private long MissingInSource(MappedBox mapped, Hdf5Box part)
    {
        if (_wholeSources.Contains(mapped.Name))
        {
            return 0;
        }
        var missing = 0L;
        _ = TryUse(mapped.Name, source =>
        {
            var coverage = Of(source, _guard);
            if (coverage.IsWhole)
            {
                _ = _wholeSources.Add(mapped.Name);
                return;
            }
            using var space = Hdf5Handle.Space(H5D.get_space(source.Id));
            var lengths = Hdf5Space.LengthsOf(space.Id);
            var whole = new Hdf5Box(new long[lengths.Length], lengths);
            // Where the boxes do not tell which part of the source is meant, its gaps count as evenly spread.
            missing = mapped.SourceOf(part, whole) is { } box
                ? coverage.Missing(box)
                : (long)Math.Round((double)coverage.Missing(whole) / Math.Max(1, whole.Size) * part.Size);
        });
        return missing;
    }

    /// <returns>False if the source cannot be opened; reading says why.</returns>
    private bool TryUse((string File, string Dataset) name, Action<Hdf5Handle> use)
    {
        var path = name.File == "." ? _file : _guard.Find("draws on", _file, name.File, out _);
        using var file = path is null ? null : Hdf5Handle.File(H5F.open(path, H5F.ReadOnly, H5P.Default));
        using var source = file is null || file.IsInvalid ? null : _guard.OpenSource(file, name.Dataset);
        if (source is not null)
        {
            use(source);
        }
        _ = H5E.clear(H5E.Default);
        _ = _guard.TakeRefusal();
        return source is not null;
    }
}
