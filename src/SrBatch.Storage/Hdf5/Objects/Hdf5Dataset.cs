using System.Runtime.CompilerServices;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Chunks;
using SrBatch.Storage.Hdf5.Coverages;
using SrBatch.Storage.Hdf5.Filters;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Objects;

/// <summary>An open dataset. Boxes are given as start and count, one number for each axis, slowest axis first.</summary>
public sealed class Hdf5Dataset : IDisposable
{
    private readonly Hdf5File _file;
    private readonly Hdf5Handle _handle;
    private readonly ChunkLayout? _layout;
    private readonly LibraryReader _library;

    /// <summary>Null if only the library can read the dataset.</summary>
    private readonly ChunkReader? _chunks;

    private readonly bool _isVirtual;
    private Coverage? _coverage;
    private bool _isCounted;

    internal Hdf5Dataset(Hdf5File file, string path, Hdf5Handle handle, long cacheBytes)
    {
        _file = file;
        _handle = handle;
        Path = path;
        Attributes = new Hdf5Attributes(handle, file.Path, path, file.Paths);
        using var space = Hdf5Handle.Space(H5D.get_space(handle.Id));
        using var type = Hdf5Handle.Type(H5D.get_type(handle.Id));
        using var creation = Hdf5Handle.List(H5D.get_create_plist(handle.Id));
        if (space.IsInvalid || type.IsInvalid || creation.IsInvalid)
        {
            var error = Hdf5Error.Reading(file.Path, $"the header of dataset '{path}' cannot be read");
            handle.Dispose();
            throw error;
        }
        Shape = Hdf5Space.LengthsOf(space.Id);
        IsEmpty = H5S.get_simple_extent_type(space.Id) == H5S.Null || Shape.Contains(0);
        Type = Hdf5Type.Of(type.Id);
        Filters = Hdf5Filter.ListOf(creation);
        var valueBytes = Type.ElementType is null ? 0 : (int)H5T.get_size(type.Id);
        _layout = ChunkLayout.Of(creation, Shape.Length, valueBytes, Filters);
        var fill = FillValue.Of(creation, type, valueBytes);
        // Where mappings of a virtual dataset overlap, libhdf5 may not fill what none of them covers (1.10.8).
        _isVirtual = H5P.get_layout(creation.Id) == H5D.Virtual;
        var isFilled = fill.IsSupplied && !_isVirtual;
        _library = new LibraryReader(handle, file.Path, path, Shape, Chunk, isFilled);
        // In a file that we are writing, the library may not have written all chunks yet.
        if (!file.IsWritable && HasNumbers && Type.IsPlain && _layout?.Ours(Shape) is var (grid, pipeline))
        {
            _chunks = new ChunkReader(handle, file.Path, path, grid, (int)_layout.Bytes, pipeline, fill.Bytes, cacheBytes);
        }
    }

    /// <summary>Path inside the file.</summary>
    public string Path { get; }
    /// <summary>Path of the file.</summary>
    internal string File => _file.Path;

    /// <summary>Lengths of the axes, slowest first; empty for a scalar.</summary>
    public long[] Shape { get; }

    /// <summary>True if there are no values: an axis has length 0, or the dataset has no shape (h5py's Empty).</summary>
    public bool IsEmpty { get; }

    public Hdf5Type Type { get; }

    /// <summary>Lengths of a chunk; null if the values are contiguous.</summary>
    public long[]? Chunk => _layout?.Lengths;

    /// <summary>The filters in the order of writing, e.g. shuffle, gzip-4.</summary>
    public IReadOnlyList<Hdf5Filter> Filters { get; }

    public Hdf5Attributes Attributes { get; }

    /// <summary>Stored size of the values, bytes; null if they are in other datasets or files.</summary>
    public ulong? StoredBytes
    {
        get
        {
            using var scope = Hdf5Library.Enter(_file.Path);
            using var creation = Hdf5Handle.List(H5D.get_create_plist(_handle.Id));
            var isElsewhere = H5P.get_layout(creation.Id) == H5D.Virtual || H5P.get_external_count(creation.Id) > 0;
            return isElsewhere ? null : H5D.get_storage_size(_handle.Id);
        }
    }

    internal long Id => _handle.Id;

    /// <summary>Number of times a chunk was unpacked; 0 if the library does it.</summary>
    internal long UnpackedChunks => _chunks?.UnpackedChunks ?? 0;

    private Coverage Coverage => _coverage ??= Coverage.Of(_handle, _file.Guard);

    /// <summary>The type of the values.</summary>
    /// <exception cref="SrBatchException">The values are not numbers that can be read (exit 65).</exception>
    public ElementType ElementType => Type.ElementType ?? throw new SrBatchException(ExitCode.ImagesFailed,
        $"{_file.Path}: dataset '{Path}' is {Type}; expected {Hdf5Type.Readable}. Set input.dataset to another.");

    /// <summary>
    /// Reads a box of numbers of any type, converted to float32, rounded to nearest. Unpacks chunks on all processors and keeps those that
    /// are partly outside the box for the next call. May be called from several threads.
    /// </summary>
    /// <param name="start">First index along each axis.</param>
    /// <param name="count">Indices along each axis.</param>
    /// <param name="destination">Room for all values of the box; filled in C order.</param>
    /// <exception cref="ArgumentOutOfRangeException">The box leaves the dataset.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="SrBatchException">
    /// The values are not numbers, are damaged, or need a filter that this node lacks (exit 65).
    /// </exception>
    public void Read(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<float> destination) =>
        ReadAs(start, count, destination, toSingle: true);

    /// <summary>
    /// Reads a box without conversion except to little endian. <typeparamref name="T"/> must have the size of the values.
    /// </summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{long}, ReadOnlySpan{long}, Span{float})"/>
    public void Read<T>(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<T> destination)
        where T : unmanaged
    {
        RequireSize<T>();
        ReadAs(start, count, destination, toSingle: false);
    }

    /// <summary>Writes a box. HDF5 converts to the type on disk; for integer types it truncates decimals and clips to the range.</summary>
    /// <inheritdoc cref="Write{T}"/>
    internal void Write(ReadOnlySpan<long> start, ReadOnlySpan<long> count, ReadOnlySpan<float> source)
    {
        using var scope = Hdf5Library.Enter();
        WriteAs(start, count, source, H5T.NativeFloat);
    }

    /// <summary>Writes a box of values of the type on disk.</summary>
    /// <param name="start">First index along each axis.</param>
    /// <param name="count">Indices along each axis.</param>
    /// <param name="source">All values of the box in C order.</param>
    /// <exception cref="ArgumentOutOfRangeException">The box leaves the dataset.</exception>
    /// <exception cref="SrBatchException">The disk refused it (exit 74).</exception>
    internal void Write<T>(ReadOnlySpan<long> start, ReadOnlySpan<long> count, ReadOnlySpan<T> source)
        where T : unmanaged
    {
        RequireSize<T>();
        using var scope = Hdf5Library.Enter();
        using var type = Hdf5Type.Memory(ElementType);
        WriteAs(start, count, source, type.Id);
    }

    /// <summary>Checks all that the header says about whether the values can be read.</summary>
    /// <exception cref="SrBatchException">
    /// A filter is missing on this node, or packed chunks are too large (exit 65). The message says what to do.
    /// </exception>
    public void RequireReadable()
    {
        using var scope = Hdf5Library.Enter(_file.Path);
        RequireChunks();
        // Chunks may be stored without an optional filter. Only the first chunk is tested; testing all would mean reading all.
        if (MissingFilter() is { } missing && (!missing.IsOptional || (HasNumbers && !_library.CanReadFirst())))
        {
            throw Lacks(missing);
        }
    }

    /// <summary>Number of values of a box that were never written: they read as the fill value. The file's index tells it.</summary>
    /// <param name="start">First index along each axis.</param>
    /// <param name="count">Indices along each axis.</param>
    public long NeverWritten(ReadOnlySpan<long> start, ReadOnlySpan<long> count)
    {
        using var scope = Hdf5Library.Enter(_file.Path);
        var box = new Hdf5Box(start.ToArray(), count.ToArray());
        return box.Size == 0 || Coverage.IsWhole ? 0 : Coverage.Missing(box);
    }

    /// <summary>True if there are values, and the file's index tells that none was ever written.</summary>
    public bool IsNeverWritten
    {
        get
        {
            using var scope = Hdf5Library.Enter(_file.Path);
            return !IsEmpty && Coverage.IsEmpty;
        }
    }

    public void Dispose()
    {
        if (!_isCounted)
        {
            _isCounted = true;
            _file.Counts?.CountUnpacked(UnpackedChunks);
        }
        _chunks?.Dispose();
        _handle.Dispose();
    }

    internal bool TryClose() => _handle.TryClose();

    private unsafe void ReadAs<T>(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<T> destination, bool toSingle)
        where T : unmanaged
    {
        var element = ElementType;
        if (Hdf5Space.RequireWithin(Shape, Path, start, count, destination.Length) == 0 || IsEmpty)
        {
            return;
        }
        RequireChunks();
        fixed (T* first = destination)
        {
            try
            {
                var values = new ValueCopy(element, Type.IsBigEndian, toSingle);
                if (_chunks is not null)
                {
                    _chunks.Read(start, count, (byte*)first, values);
                }
                else if (Type.IsPlain)
                {
                    _library.Read(start, count, (byte*)first, values);
                }
                else
                {
                    using var scope = Hdf5Library.Enter();
                    using var memory = Hdf5Type.Memory(toSingle ? Core.Planning.ElementType.Float32 : element);
                    _library.Read(start, count, (byte*)first, sizeof(T), memory);
                }
            }
            catch (SrBatchException) when (_chunks is null && MissingFilter() is not null)
            {
                throw Lacks(MissingFilter()!);
            }
            RequireSources(start, count);
        }
    }

    /// <summary>A source that vanished after it was checked gives the fill value, and no error.</summary>
    private void RequireSources(ReadOnlySpan<long> start, ReadOnlySpan<long> count)
    {
        if (!_isVirtual)
        {
            return;
        }
        using var scope = Hdf5Library.Enter(_file.Path);
        if (Coverage.Gone(new Hdf5Box(start.ToArray(), count.ToArray())) is { } gone)
        {
            throw new SrBatchException(ExitCode.ImagesFailed,
                $"{_file.Path}: dataset '{Path}' draws on {gone}, which was deleted or moved while the image was read. Put it back.");
        }
    }

    private unsafe void WriteAs<T>(ReadOnlySpan<long> start, ReadOnlySpan<long> count, ReadOnlySpan<T> source, long type)
        where T : unmanaged
    {
        if (Hdf5Space.RequireWithin(Shape, Path, start, count, source.Length) == 0)
        {
            return;
        }
        using var fileSpace = Hdf5Handle.Space(Hdf5Space.Select(_handle, start, count));
        using var memorySpace = Hdf5Handle.Space(Hdf5Space.SpaceOf(count));
        fixed (T* buffer = source)
        {
            if (H5D.write(_handle.Id, type, memorySpace.Id, fileSpace.Id, H5P.Default, buffer) < 0)
            {
                throw Hdf5Error.Writing(
                    _file.Path, $"dataset '{Path}' cannot be written at ({Hdf5Space.Join(start)}), size ({Hdf5Space.Join(count)})");
            }
        }
    }

    private void RequireSize<T>()
    {
        if (Unsafe.SizeOf<T>() != Hdf5Type.Bytes(ElementType))
        {
            throw new ArgumentException($"{typeof(T).Name} has {Unsafe.SizeOf<T>()} bytes; '{Path}' is {Type}");
        }
    }

    private bool HasNumbers => Type.ElementType is not null && !IsEmpty;

    private void RequireChunks()
    {
        if (_layout?.Problem(Path, Type) is { } problem)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{_file.Path}: dataset '{Path}' {problem}.");
        }
    }

    private Hdf5Filter? MissingFilter() => Filters.FirstOrDefault(filter => !filter.IsAvailable);

    private SrBatchException Lacks(Hdf5Filter missing) => new(ExitCode.ImagesFailed,
        $"{_file.Path}: dataset '{Path}' is packed with filter {missing.Id} ({missing.Name}), which this node's HDF5 lacks. "
        + $"{missing.Remedy}.");
}
