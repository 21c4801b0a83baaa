using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>
/// The datasets of one image of an open file: a single one, or one for each time point and channel, found by name. Only a few are open at a
/// time.
/// </summary>
internal sealed class ImageParts : IDisposable
{
    /// <summary>
    /// Limits the time for malicious files: each dataset takes 0.2 ms (Imaris layout, 8000 datasets on a local disk, 2 cores, Nov 2026).
    /// </summary>
    private const long MostParts = 250_000;

    /// <summary>Bytes of unpacked chunks in all open datasets together, and the number of these datasets.</summary>
    private const long MostCacheBytes = 256L << 20;
    private const int MostOpen = 16;

    private readonly Hdf5File _file;
    private readonly ImageFlavour _flavour;
    private readonly DatasetPattern? _pattern;
    private readonly List<(string Path, Hdf5Dataset Dataset, ValueRule Values)> _open = [];
    private readonly long[] _partShape;
    private readonly ValueRule _values;

    /// <summary>Keeps a dataset open while it is read. A single dataset stays open anyway, so that its reads need not wait here.</summary>
    private readonly Lock _turn = new();
    private readonly bool _isBorrowed;
    private bool _isFirstOpen = true;
    private long? _cacheBytes;

    /// <param name="file">The file; it must stay open while this object is used.</param>
    /// <param name="flavour">The flavour of the file.</param>
    /// <param name="dataset">Path of a dataset, or a <see cref="DatasetPattern"/>.</param>
    /// <exception cref="SrBatchException">
    /// A dataset is missing, the numbers have a gap, the values are not numbers, or the file is inconsistent (exit 65).
    /// </exception>
    internal ImageParts(Hdf5File file, ImageFlavour flavour, string dataset)
        : this(file, flavour, dataset, null)
    {
    }

    /// <summary>Takes a single dataset that the caller has opened and closes.</summary>
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
        Numbered = _pattern is null ? [] : [.. _pattern.Axes.Select(axis => PatternLength.Along(file, _pattern, axis, Odd))];
        if (Numbered.Aggregate(1.0, (product, length) => product * length) > MostParts)
        {
            throw Odd($"it names {string.Join(" x ", Numbered)} datasets, more than {MostParts}");
        }
        First = borrowed ?? file.OpenDataset(_pattern?.At(0, 0) ?? dataset);
        try
        {
            Name = _pattern?.Text ?? First.Path;
            _values = flavour.ValuesOf(First);
            _partShape = flavour.ShapeOf(First);
            Shape = [.. Numbered, .. _partShape];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Path of the dataset, or the pattern.</summary>
    internal string Name { get; }

    /// <summary>The dataset of the first time point and channel.</summary>
    internal Hdf5Dataset First { get; }

    /// <summary>Lengths of the image's axes: first those of the pattern, then those of each dataset without padding.</summary>
    internal long[] Shape { get; }

    /// <summary>Type of the values, as they are meant.</summary>
    internal ElementType ElementType => _values.Meaning;

    /// <inheritdoc cref="ValueRule.Source"/>
    internal ElementType SourceType => _values.Source;

    /// <summary>What the file does not say and what is taken instead; one sentence each.</summary>
    internal IEnumerable<string> Assumptions => [.. _values.Assumptions, .. _flavour.AssumptionsOf(First)];

    /// <summary>The axes that the pattern numbers, which come first; empty without a pattern.</summary>
    internal string NumberedAxes => _pattern?.Axes ?? "";

    /// <summary>Letters of the image's axes; null if the file does not give them.</summary>
    internal string? Axes
    {
        get
        {
            var axes = _flavour.AxesOf(First) ?? (_pattern is not null && First.Shape.Length == 2 ? "yx" : null);
            return axes is null ? null : NumberedAxes + axes;
        }
    }

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

    /// <summary>
    /// Keeps the unpacked chunks under a row of tiles from now on. Closes <see cref="First"/>, whose properties stay valid.
    /// </summary>
    /// <param name="axes">Axes of <see cref="Shape"/>; those of the pattern come first.</param>
    /// <param name="mostBytes">See <see cref="Hdf5ReadOptions.MostChunkBytes"/>.</param>
    internal void KeepChunks(PlaneAxes axes, long mostBytes)
    {
        var (y, x) = (axes.Y - Numbered.Length, axes.X - Numbered.Length);
        var wanted = Hdf5ChunkCache.BytesFor(First.Shape, First.Chunk, y, x, Hdf5Type.Bytes(First.ElementType));
        _cacheBytes = wanted is { } bytes ? Math.Min(bytes, mostBytes) : null;
        First.Dispose(); // opening an open dataset again would keep its old cache
        _isFirstOpen = false;
        _ = Part(First.Path);
    }

    /// <summary>
    /// Reads a box within one dataset, with the meaning of the values. After <see cref="KeepChunks"/> it may be called from any thread.
    /// </summary>
    /// <param name="start">One number for each axis of <see cref="Shape"/>.</param>
    /// <param name="count">The same; 1 along the axes of the pattern.</param>
    /// <param name="destination">Filled in C order.</param>
    /// <exception cref="SrBatchException">The file is damaged or changed since it was opened (exit 65).</exception>
    internal void Read(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<float> destination)
    {
        if (_pattern is null)
        {
            _values.Read(_open[0].Dataset, start, count, destination);
        }
        else
        {
            lock (_turn)
            {
                var part = PartAt(start);
                part.Values.Read(part.Dataset, start[Numbered.Length..], count[Numbered.Length..], destination);
            }
        }
    }

    /// <summary>Number of values of a box within one dataset that were never written; see <see cref="Read"/>.</summary>
    internal long NeverWritten(ReadOnlySpan<long> start, ReadOnlySpan<long> count)
    {
        lock (_turn)
        {
            var part = _pattern is null ? _open[0].Dataset : PartAt(start).Dataset;
            return part.NeverWritten(start[Numbered.Length..], count[Numbered.Length..]);
        }
    }

    /// <summary>Opens every dataset's header, and checks all that it says about whether the values can be read.</summary>
    /// <returns>See <see cref="DatasetHeader.NeverWritten"/>.</returns>
    /// <exception cref="SrBatchException">A dataset is missing, differs from the first, or cannot be read (exit 65).</exception>
    internal double RequireReadable()
    {
        var box = new Hdf5Box(new long[_partShape.Length], _partShape);
        double missing = 0, values = 0;
        for (var t = 0L; t < Length('t'); t++)
        {
            for (var c = 0L; c < Length('c'); c++)
            {
                var part = Part(PathOf(t, c)).Dataset;
                part.RequireReadable();
                missing += part.NeverWritten(box.Start, box.Count);
                values += box.Size;
            }
            if (_pattern is { Axes: "tc" } && _file.Exists(_pattern.At(t, Length('c'))))
            {
                throw Odd($"'{_pattern.At(t, Length('c'))}' is there, but '{_pattern.At(0, Length('c'))}' is not");
            }
        }
        return values == 0 ? 0 : missing / values;
    }

    /// <summary>Opens every dataset, so that its links are followed.</summary>
    /// <exception cref="SrBatchException">A dataset is missing or differs from the first (exit 65).</exception>
    internal void OpenAll()
    {
        for (var t = 0L; t < Length('t'); t++)
        {
            for (var c = 0L; c < Length('c'); c++)
            {
                _ = Part(PathOf(t, c));
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

    /// <summary>Checks what can be checked without opening every dataset of a pattern.</summary>
    /// <exception cref="SrBatchException">The first dataset cannot be read, or no value was ever written (exit 65).</exception>
    internal void RequireFirstReadable()
    {
        First.RequireReadable();
        if (_pattern is null && First.IsNeverWritten)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, DatasetHeader.NothingWritten(_file.Path, Name, Shape));
        }
    }

    private (string Path, Hdf5Dataset Dataset, ValueRule Values) PartAt(ReadOnlySpan<long> start)
    {
        var t = _pattern!.Axes[0] == 't' ? start[0] : 0;
        var c = _pattern.Axes[^1] == 'c' ? start[Numbered.Length - 1] : 0;
        return Part(_pattern.At(t, c));
    }

    private long Length(char axis)
    {
        var index = _pattern?.Axes.IndexOf(axis, StringComparison.Ordinal) ?? -1;
        return index < 0 ? 1 : Numbered[index];
    }

    private string PathOf(long t, long c) => _pattern?.At(t, c) ?? First.Path;

    private (string Path, Hdf5Dataset Dataset, ValueRule Values) Part(string path)
    {
        // Never opened twice: HDF5 refuses that for a dataset behind an external link, as it follows the link without our access list.
        if (_isFirstOpen && path == First.Path)
        {
            return (path, First, _values);
        }
        if (_open.FindIndex(part => part.Path == path) is var index and >= 0)
        {
            return _open[index];
        }
        using var scope = Hdf5Library.Enter(_file.Path);
        if (_pattern is not null && !_file.Exists(path))
        {
            var last = string.Join(" and ", _pattern.Axes.Zip(Numbered, (axis, length) => $"{axis} {length - 1}"));
            throw Odd($"'{path}' is missing, though the numbers go up to {last}");
        }
        if (_open.Count >= Math.Clamp(MostCacheBytes / (_cacheBytes ?? 1 << 20), 1, MostOpen))
        {
            _open[0].Dataset.Dispose();
            _open.RemoveAt(0);
        }
        var dataset = _file.OpenDataset(path, _cacheBytes);
        try
        {
            var shape = _flavour.ShapeOf(dataset);
            if (!shape.SequenceEqual(_partShape) || dataset.Type != First.Type)
            {
                throw Odd($"'{path}' is ({string.Join(", ", shape)}) {dataset.Type}, "
                    + $"but '{First.Path}' is ({string.Join(", ", _partShape)}) {First.Type}");
            }
            var values = path == First.Path ? _values : _flavour.ValuesOf(dataset);
            if (values.Meaning != ElementType)
            {
                throw Odd($"'{path}' means {values.Meaning.NumpyName()}, but '{First.Path}' means {ElementType.NumpyName()}");
            }
            _open.Add((path, dataset, values));
            return _open[^1];
        }
        catch
        {
            dataset.Dispose();
            throw;
        }
    }

    private SrBatchException Odd(string what) => new(ExitCode.ImagesFailed,
        $"{_file.Path}: '{_pattern?.Text ?? First.Path}' is no whole image: {what}. "
        + "Numbers must go from 0 without a gap, and all datasets be alike; set input.dataset to a part that is whole.");
}
