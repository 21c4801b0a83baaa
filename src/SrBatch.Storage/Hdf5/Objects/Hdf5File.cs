using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Crashes;
using SrBatch.Storage.Hdf5.Filters;
using SrBatch.Storage.Hdf5.Links;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Objects;

/// <summary>
/// An open HDF5 file. Reading errors are <see cref="SrBatchException"/> with exit 65, writing errors with exit 74; each names the file and
/// HDF5's reason. Thread-safe; calls run one at a time.
/// </summary>
public sealed class Hdf5File : IDisposable
{
    /// <summary>Most datasets listed in a message.</summary>
    private const int MostListed = 20;

    private readonly Hdf5Handle _handle;
    private readonly List<Hdf5Dataset> _written = [];

    private readonly LinkGuard _guard;

    private Hdf5File(string path, Hdf5Handle handle, bool isWritable, IReadOnlyList<string> linkedFolders)
    {
        Path = path;
        _handle = handle;
        _guard = new LinkGuard(path, linkedFolders);
        IsWritable = isWritable;
        Attributes = new Hdf5Attributes(handle, path, "/", Paths);
    }

    /// <inheritdoc cref="Hdf5Superblock.Require"/>
    public static void RequireWhole(string path) => Hdf5Superblock.Require(path);

    /// <summary>Absolute path of the file.</summary>
    public string Path { get; }

    public bool IsWritable { get; }

    /// <summary>Attributes of the root group.</summary>
    public Hdf5Attributes Attributes { get; }

    internal long Id => _handle.Id;

    /// <summary>See <see cref="Hdf5ReadOptions.Counts"/>.</summary>
    internal ReadCounts? Counts { get; private init; }

    internal LinkGuard Guard => _guard;

    internal ObjectPaths Paths { get; } = new();

    /// <param name="path">Path of the file.</param>
    /// <param name="options">Null: links may lead only into the file's own folder and below.</param>
    /// <param name="copy">A copy to read instead; messages name <paramref name="path"/>.</param>
    /// <exception cref="SrBatchException">
    /// The file is missing, unreadable, truncated, not HDF5 or still open for writing (exit 65; a disk error is the inner exception), or
    /// this node has no libhdf5 (69).
    /// </exception>
    public static Hdf5File OpenRead(string path, Hdf5ReadOptions? options = null, string? copy = null)
    {
        options ??= new Hdf5ReadOptions();
        path = System.IO.Path.GetFullPath(path);
        CrashMark.RequireNotPassedOver(path);
        return options.Retry.Run(() => OpenOnce(path, copy ?? path, options));
    }

    /// <summary>
    /// Creates a file; an existing one is emptied. HDF5 1.8 and later can read it. The same calls give the same bytes: there are no time
    /// stamps. Write to the path of a <see cref="Files.StagedFile"/>, <see cref="Close"/>, then commit.
    /// </summary>
    /// <exception cref="SrBatchException">The file cannot be written (exit 74), or this node has no libhdf5 (69).</exception>
    internal static Hdf5File Create(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        using var scope = Hdf5Library.Enter();
        BuiltInFilters.Register();
        using var access = Hdf5Handle.List(H5P.create(H5P.FileAccess));
        _ = H5P.set_libver_bounds(access.Id, low: 0, high: 1); // H5F_LIBVER_EARLIEST to H5F_LIBVER_V18
        var handle = Hdf5Handle.File(H5F.create(path, H5F.Truncate, H5P.Default, access.Id));
        if (!handle.IsInvalid)
        {
            return new Hdf5File(path, handle, isWritable: true, linkedFolders: []);
        }
        handle.Dispose();
        throw Hdf5Error.Writing(path, "the HDF5 file cannot be made");
    }

    /// <summary>True if <paramref name="path"/> leads to a group or dataset of this file, or of a file that it may link to.</summary>
    /// <exception cref="SrBatchException">The path leads to a file outside the allowed folders (exit 65).</exception>
    public bool Exists(string path)
    {
        using var scope = Hdf5Library.Enter(Path);
        // HDF5 requires a check of every link on the way. The last one may be a soft link to a missing object.
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var length = 1; length <= parts.Length; length++)
        {
            var part = "/" + string.Join('/', parts[..length]);
            if (H5L.exists(Id, part, _guard.Links.Id) <= 0 || H5O.exists_by_name(Id, part, _guard.Links.Id) <= 0)
            {
                _ = Hdf5Error.Stack();
                return _guard.TakeRefusal() is { } refusal ? throw Refused(part, refusal) : false;
            }
        }
        return true;
    }

    /// <param name="path">Path inside the file, e.g. <c>/low</c>.</param>
    /// <param name="cacheBytes">Most bytes of unpacked chunks to keep; null: <see cref="Hdf5ChunkCache.DefaultBytes"/>.</param>
    /// <exception cref="SrBatchException">
    /// The path does not exist (the message lists what does), is not a dataset, or its values are in a file outside the allowed folders
    /// (exit 65).
    /// </exception>
    public Hdf5Dataset OpenDataset(string path, long? cacheBytes = null)
    {
        path = Absolute(path);
        using var scope = Hdf5Library.Enter(Path);
        if (!Exists(path))
        {
            // A link that leads nowhere, or anything behind it, has a reason of its own.
            var broken = WalkDatasets().FirstOrDefault(found => found.Problem is not null && (path + '/').StartsWith(found.Path + '/'));
            throw new SrBatchException(ExitCode.ImagesFailed, broken is null
                ? $"{Path}: there is no dataset '{path}'; {Holds()}"
                : $"{Path}: dataset '{path}' cannot be read: '{broken.Path}' is {broken.Problem}.");
        }
        using var access = Hdf5ChunkCache.AccessList(cacheBytes);
        _guard.GuardDatasets(access);
        var handle = Hdf5Handle.Dataset(H5D.open(Id, path, access.Id));
        if (handle.IsInvalid)
        {
            handle.Dispose();
            using var found = Hdf5Handle.Object(H5O.open(Id, path, _guard.Links.Id));
            var isGroup = !found.IsInvalid && H5I.get_type(found.Id) == H5I.Group;
            throw isGroup
                ? new SrBatchException(ExitCode.ImagesFailed, $"{Path}: '{path}' is a group, not a dataset; {Holds()}")
                : Hdf5Error.Reading(Path, $"dataset '{path}' cannot be opened");
        }
        if (_guard.ProblemOf(handle) is { } problem)
        {
            handle.Dispose();
            throw Refused(path, problem);
        }
        return new Hdf5Dataset(this, path, handle, cacheBytes ?? Hdf5ChunkCache.DefaultBytes);
    }

    /// <summary>Creates a dataset of little-endian numbers, and the groups on the way to it.</summary>
    /// <param name="path">Path inside the file, e.g. <c>/sr</c>.</param>
    /// <param name="element">Type of the values on disk.</param>
    /// <param name="shape">Lengths of the axes, slowest first.</param>
    /// <param name="options">Chunks and compression; null: one contiguous block.</param>
    /// <exception cref="SrBatchException">It cannot be created, e.g. because it exists already (exit 74).</exception>
    internal Hdf5Dataset CreateDataset(string path, ElementType element, ReadOnlySpan<long> shape, Hdf5DatasetOptions? options = null)
    {
        path = Absolute(path);
        options ??= new Hdf5DatasetOptions();
        using var scope = Hdf5Library.Enter();
        using var type = Hdf5Type.Memory(element);
        using var space = Hdf5Handle.Space(Hdf5Space.SpaceOf(shape));
        using var links = Hdf5Handle.List(H5P.create(H5P.LinkCreate));
        using var creation = Hdf5Handle.List(H5P.create(H5P.DatasetCreate));
        _ = H5P.set_create_intermediate_group(links.Id, 1);
        _ = H5P.set_obj_track_times(creation.Id, 0);
        options.Apply(creation, shape.Length);
        var handle = Hdf5Handle.Dataset(H5D.create(Id, path, type.Id, space.Id, links.Id, creation.Id, H5P.Default));
        if (handle.IsInvalid)
        {
            handle.Dispose();
            throw Hdf5Error.Writing(Path, $"dataset '{path}' cannot be made");
        }
        var dataset = new Hdf5Dataset(this, path, handle, cacheBytes: 0);
        _written.Add(dataset);
        return dataset;
    }

    /// <summary>Attributes of the group or dataset at <paramref name="path"/>; dispose them when done.</summary>
    /// <exception cref="SrBatchException">The path does not exist (exit 65).</exception>
    public Hdf5Attributes AttributesOf(string path)
    {
        path = Absolute(path);
        using var scope = Hdf5Library.Enter(Path);
        var handle = Hdf5Handle.Object(H5O.open(Id, path, _guard.Links.Id));
        if (handle.IsInvalid)
        {
            handle.Dispose();
            throw _guard.TakeRefusal() is { } refusal ? Refused(path, refusal) : Hdf5Error.Reading(Path, $"'{path}' cannot be opened");
        }
        return new Hdf5Attributes(handle, Path, path, Paths);
    }

    /// <summary>
    /// Lists every dataset once, ordered by name, depth first. Hard links come before soft and external ones, which are followed where
    /// allowed. Datasets that cannot be opened are listed with the reason.
    /// </summary>
    public IReadOnlyList<Hdf5Found> WalkDatasets() => [.. WalkNames().Where(found => found.SameAs is null)];

    /// <summary>Like <see cref="WalkDatasets"/>, but lists every name of a dataset.</summary>
    public IReadOnlyList<Hdf5Found> WalkNames() => new Hdf5Walk(this).Run();

    /// <summary>Passes all written data to the operating system.</summary>
    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
    public void Flush()
    {
        using var scope = Hdf5Library.Enter();
        if (H5F.flush(Id, 0) < 0)
        {
            throw Hdf5Error.Writing(Path, "the HDF5 file cannot be written");
        }
    }

    /// <summary>
    /// Writes buffered data and closes the file and its new datasets. A written file must be closed like this, because
    /// <see cref="Dispose"/> cannot report a failure.
    /// </summary>
    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
    public void Close()
    {
        using var scope = Hdf5Library.Enter();
        if (_handle.IsClosed)
        {
            return;
        }
        if (IsWritable)
        {
            Flush(); // closing flushes too, but a failure there has no reason and leaves the library half closed
        }
        var areClosed = _written.TrueForAll(dataset => dataset.TryClose());
        if (!_handle.TryClose() || !areClosed)
        {
            throw Hdf5Error.Writing(Path, "the HDF5 file cannot be closed");
        }
    }

    public void Dispose()
    {
        _written.ForEach(dataset => dataset.Dispose());
        _handle.Dispose();
        _guard.Dispose();
    }

    private static Hdf5File OpenOnce(string path, string opened, Hdf5ReadOptions options)
    {
        Hdf5Superblock.Require(opened);
        using var scope = Hdf5Library.Enter(path);
        BuiltInFilters.Register();
        using var access = Hdf5Handle.List(H5P.create(H5P.FileAccess));
        var handle = Hdf5Handle.File(H5F.open(opened, H5F.ReadOnly, access.Id));
        if (!handle.IsInvalid)
        {
            options.Counts?.CountOpen();
            return new Hdf5File(path, handle, isWritable: false, options.LinkedFolders) { Counts = options.Counts };
        }
        handle.Dispose();
        throw Hdf5Error.Reading(path, "the HDF5 file cannot be opened");
    }

    private SrBatchException Refused(string path, string why) => new(ExitCode.ImagesFailed, $"{Path}: '{path}' {why}.");

    private static string Absolute(string path) => path.StartsWith('/') ? path : "/" + path;

    /// <summary>E.g. <c>it holds /low (64, 64) uint16, /high (128, 128) uint16.</c></summary>
    private string Holds()
    {
        var found = WalkDatasets();
        if (found.Count == 0)
        {
            return "it holds no dataset.";
        }
        var more = found.Count > MostListed ? $" and {found.Count - MostListed} more" : "";
        return $"it holds {string.Join(", ", found.Take(MostListed))}{more}.";
    }
}
