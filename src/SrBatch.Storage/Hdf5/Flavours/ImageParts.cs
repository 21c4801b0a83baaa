using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>
/// The datasets of one image of an open file: a single one, or one for each time point and channel, found by their names alone. A few stay open.
/// </summary>
internal sealed class ImageParts : IDisposable
{
    /// <summary>Bounds the time on a file made to harm: each takes 0.2 ms (Imaris layout, 8000 datasets on a local disk, 2 cores, Nov 2026).</summary>
    private const long MostParts = 250_000;

    /// <summary>Bytes of unpacked chunks in all open datasets together, and the number of these.</summary>
    private const long MostCacheBytes = 256L << 20;
    private const int MostOpen = 16;

    private readonly Hdf5File _file;
    private readonly ImageFlavour _flavour;
    private readonly DatasetPattern? _pattern;
    private readonly List<(string Path, Hdf5Dataset Dataset)> _open = [];
    private readonly long[] _partShape;

    /// <summary>Keeps a dataset open while it is read; a single one stays open anyway, so that its reads need not wait here.</summary>
    private readonly Lock _turn = new();
    private readonly bool _isBorrowed;
    private bool _isFirstOpen = true;
    private long? _cacheBytes;

    /// <param name="file">Stays open as long as this object is used.</param>
    /// <param name="flavour">The file's.</param>
    /// <param name="dataset">Path of a dataset, or a <see cref="DatasetPattern"/>.</param>
    /// <exception cref="SrBatchException">Nothing there, a gap in the numbers, no numbers, or a contradiction in the file (exit 65).</exception>
    internal ImageParts(Hdf5File file, ImageFlavour flavour, string dataset)
        : this(file, flavour, dataset, null)
    {
    }

    /// <summary>A single dataset that somebody else has open and closes.</summary>
    /// <inheritdoc cref="ImageParts(Hdf5File, ImageFlavour, string)"/>
    internal ImageParts(Hdf5File file, ImageFlavour flavour, Hdf5Dataset dataset)
        : this(file, flavour, dataset.Path, dataset)
    {
    }

    private ImageParts(Hdf5File file, ImageFlavour flavour, string dataset, Hdf5Dataset? borrowed)
    {
        _file = file;
        _flavour = flavour;
        _isBorrowed = borrowed is not null;
        _pattern = borrowed is null ? DatasetPattern.Parse(dataset) : null;
        Numbered = _pattern is null ? [] : [.. _pattern.Axes.Select(Extent)];
        if (Numbered.Aggregate(1.0, (product, length) => product * length) > MostParts)
        {
            throw Odd($"it names {string.Join(" x ", Numbered)} datasets, more than {MostParts}");
        }
        First = borrowed ?? file.OpenDataset(_pattern?.At(0, 0) ?? dataset);
        try
        {
            Name = _pattern?.Text ?? First.Path;
            ElementType = flavour.MeaningOf(First);
            _partShape = flavour.ShapeOf(First);
            Shape = [.. Numbered, .. _partShape];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The dataset's path or the pattern.</summary>
    internal string Name { get; }

    /// <summary>The dataset of the first time point and channel.</summary>
    internal Hdf5Dataset First { get; }

    /// <summary>Lengths of the image's axes: those of the pattern, then those of each dataset without padding.</summary>
    internal long[] Shape { get; }

    /// <summary>What the values mean.</summary>
    internal ElementType ElementType { get; }

    /// <summary>The axes that a pattern numbers, which come first; else empty.</summary>
    internal string NumberedAxes => _pattern?.Axes ?? "";

    /// <summary>Letters of the image's axes; null when the file does not tell.</summary>
    internal string? Axes => (_flavour.AxesOf(First) ?? (_pattern is not null && First.Shape.Length == 2 ? "yx" : null)) is { } axes ? NumberedAxes + axes : null;

    /// <summary>Lengths of the pattern's axes.</summary>
    private long[] Numbered { get; }

    /// <summary>Paths of all channels' datasets at the first time point.</summary>
    internal IEnumerable<string> Channels()
    {
        for (var c = 0L; c < Length('c'); c++)
        {
            yield return PathOf(0, c);
        }
    }

    /// <summary>Keeps the unpacked chunks under a row of tiles from now on; what <see cref="First"/> told stays, but it is closed.</summary>
    /// <param name="axes">Those of <see cref="Shape"/>, the pattern's in front.</param>
    /// <param name="mostBytes">See <see cref="Hdf5ReadOptions.MostChunkBytes"/>.</param>
    internal void KeepChunks(PlaneAxes axes, long mostBytes)
    {
        var wanted = Hdf5ChunkCache.BytesFor(First.Shape, First.Chunk, axes.Y - Numbered.Length, axes.X - Numbered.Length, Hdf5Type.Bytes(ElementType));
        _cacheBytes = wanted is { } bytes ? Math.Min(bytes, mostBytes) : null;
        First.Dispose(); // HDF5 gives a dataset that is open the cache it had then
        _isFirstOpen = false;
        _ = Part(First.Path);
    }

    /// <summary>Reads a box within one dataset as what the values mean; after <see cref="KeepChunks"/>, from any thread.</summary>
    /// <param name="start">One number for each axis of <see cref="Shape"/>.</param>
    /// <param name="count">The same; 1 along the pattern's axes.</param>
    /// <param name="destination">Filled in C order.</param>
    /// <exception cref="SrBatchException">Damaged or changed since it was opened (exit 65).</exception>
    internal void Read(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<float> destination)
    {
        if (_pattern is null)
        {
            _open[0].Dataset.Read(start, count, destination);
        }
        else
        {
            var t = _pattern.Axes[0] == 't' ? start[0] : 0;
            var c = _pattern.Axes[^1] == 'c' ? start[Numbered.Length - 1] : 0;
            lock (_turn)
            {
                Part(_pattern.At(t, c)).Read(start[Numbered.Length..], count[Numbered.Length..], destination);
            }
        }
        if (ElementType == ElementType.UInt16 && First.ElementType == ElementType.Int16)
        {
            foreach (ref var value in destination)
            {
                value = value < 0 ? value + 65536 : value;
            }
        }
    }

    /// <summary>Opens every dataset's header.</summary>
    /// <exception cref="SrBatchException">One is missing or unlike the first, or a filter is missing (exit 65).</exception>
    internal void RequireAlike()
    {
        First.RequireFilters();
        for (var t = 0L; t < Length('t'); t++)
        {
            for (var c = 0L; c < Length('c'); c++)
            {
                Part(PathOf(t, c)).RequireFilters();
            }
            if (_pattern is { Axes: "tc" } && _file.Exists(_pattern.At(t, Length('c'))))
            {
                throw Odd($"'{_pattern.At(t, Length('c'))}' is there, but '{_pattern.At(0, Length('c'))}' is not");
            }
        }
    }

    public void Dispose()
    {
        _open.ForEach(part => part.Dataset.Dispose());
        if (!_isBorrowed)
        {
            First.Dispose();
        }
    }

    private long Length(char axis) => _pattern is null || _pattern.Axes.IndexOf(axis, StringComparison.Ordinal) is var index && index < 0 ? 1 : Numbered[index];

    private string PathOf(long t, long c) => _pattern?.At(t, c) ?? First.Path;

    private Hdf5Dataset Part(string path)
    {
        // Never twice: HDF5 refuses that to a dataset behind an external link, as the link is followed without our access list.
        if (_isFirstOpen && path == First.Path)
        {
            return First;
        }
        if (_open.FindIndex(part => part.Path == path) is var index and >= 0)
        {
            return _open[index].Dataset;
        }
        using var scope = Hdf5Library.Enter(_file.Path);
        if (_pattern is not null && !_file.Exists(path))
        {
            throw Odd($"'{path}' is missing, though the numbers go up to {string.Join(" and ", _pattern.Axes.Zip(Numbered, (axis, length) => $"{axis} {length - 1}"))}");
        }
        if (_open.Count >= Math.Clamp(MostCacheBytes / (_cacheBytes ?? 1 << 20), 1, MostOpen))
        {
            _open[0].Dataset.Dispose();
            _open.RemoveAt(0);
        }
        var dataset = _file.OpenDataset(path, _cacheBytes);
        _open.Add((path, dataset));
        var shape = _flavour.ShapeOf(dataset);
        return shape.SequenceEqual(_partShape) && dataset.Type == First.Type
            ? dataset
            : throw Odd($"'{path}' is ({string.Join(", ", shape)}) {dataset.Type}, but '{First.Path}' is ({string.Join(", ", _partShape)}) {First.Type}");
    }

    /// <summary>How many numbers there are along an axis of the pattern.</summary>
    private long Extent(char axis)
    {
        var (group, before, behind, digits) = _pattern!.SplitAtNumber(axis);
        var numbers = new HashSet<long>();
        foreach (var name in LinkNames.In(_file, group))
        {
            if (name.Length > before.Length + behind.Length && name.StartsWith(before, StringComparison.Ordinal) && name.EndsWith(behind, StringComparison.Ordinal)
                && long.TryParse(name.AsSpan(before.Length..^behind.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && name == NameOf(number))
            {
                numbers.Add(number);
            }
        }
        string NameOf(long number) => before + number.ToString("D" + Math.Max(1, digits).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + behind;
        for (var n = 0L; n < numbers.Count; n++)
        {
            if (!numbers.Contains(n))
            {
                throw Odd($"'{group}{NameOf(n)}' is missing, but '{group}{NameOf(numbers.Max())}' is there");
            }
        }
        return numbers.Count switch
        {
            0 => throw new SrBatchException(ExitCode.ImagesFailed,
                $"{_file.Path}: there is no '{group}{NameOf(0)}', the first that '{_pattern}' names. 'srbatch inspect' shows what the file holds."),
            var count => count,
        };
    }

    private SrBatchException Odd(string what) => new(ExitCode.ImagesFailed,
        $"{_file.Path}: '{_pattern?.Text ?? First.Path}' is no whole image: {what}. Numbers must go from 0 without a gap, and all datasets be alike; set input.dataset to a part that is whole.");
}
