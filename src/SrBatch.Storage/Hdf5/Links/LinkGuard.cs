using System.Runtime.InteropServices;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Links;

/// <summary>
/// Restricts which other files an open file may read. libhdf5 calls it before it follows an external link; we call it before we use a
/// dataset whose values are in other files. All calls are made under the library's lock.
/// </summary>
internal sealed class LinkGuard : IDisposable
{
    /// <summary>
    /// libhdf5 keeps the callback in property lists that outlive ours (those of virtual datasets). It therefore gets a number, which may
    /// have become unknown, and not an address, which may have become invalid.
    /// </summary>
    private static readonly Dictionary<nint, LinkGuard> Open = [];

    private static nint _last;

    private readonly LinkPolicy _policy;
    private readonly StorageCheck _storage;
    private readonly nint _number = ++_last;
    private string? _refusal;

    /// <param name="file">Absolute path of the file.</param>
    /// <param name="linkedFolders">See <see cref="Hdf5ReadOptions.LinkedFolders"/>.</param>
    internal LinkGuard(string file, IReadOnlyList<string> linkedFolders)
    {
        _policy = new LinkPolicy(file, linkedFolders);
        _storage = new StorageCheck(this);
        Open[_number] = this;
        Links = Hdf5Handle.List(H5P.create(H5P.LinkAccess));
        Guard(Links);
        Datasets = Hdf5Handle.List(H5P.create(H5P.DatasetAccess));
        GuardDatasets(Datasets);
    }

    /// <summary>Access property list for following links.</summary>
    internal Hdf5Handle Links { get; }

    /// <summary>Access property list for opening datasets, unless another list went through <see cref="GuardDatasets"/>.</summary>
    internal Hdf5Handle Datasets { get; }

    /// <summary>
    /// Makes a dataset access list use this guard, and resolves names of raw files from the file's folder and not from the current
    /// directory. libhdf5 refuses to open a dataset twice with different settings for the latter.
    /// </summary>
    internal void GuardDatasets(Hdf5Handle list)
    {
        Guard(list);
        _ = H5P.set_efile_prefix(list.Id, "${ORIGIN}");
    }

    /// <summary>Whether anything that was opened so far is, or would be, in another file.</summary>
    internal bool LeadsElsewhere { get; private set; }

    /// <summary>Why a link was refused since the last call; null if none was.</summary>
    internal string? TakeRefusal()
    {
        var refusal = _refusal;
        _refusal = null;
        return refusal;
    }

    /// <summary>
    /// Checks where the values of an open dataset are: raw files, and the sources of a virtual dataset and their sources.
    /// </summary>
    /// <returns>The problem, to follow the dataset's name in a message; null if there is none.</returns>
    internal string? ProblemOf(Hdf5Handle dataset)
    {
        _refusal = _storage.ProblemOf(dataset) ?? _refusal;
        return TakeRefusal();
    }

    /// <summary>Checks whether <paramref name="target"/> is allowed, and notes the refusal if it is not.</summary>
    /// <param name="how">E.g. <c>leads by an external link to</c>.</param>
    /// <param name="target">A file that may be missing.</param>
    /// <returns>False if it is refused.</returns>
    internal bool Allows(string how, string target)
    {
        LeadsElsewhere = true;
        // A missing file is judged by its folder. If that is missing too, nothing can be read.
        var real = RealPath.Of(target)
            ?? (RealPath.Of(Path.GetDirectoryName(target) ?? "/") is { } folder ? Path.Combine(folder, Path.GetFileName(target)) : null);
        if (real is null || _policy.Allows(real))
        {
            return true;
        }
        _refusal = $"{how} {real}, outside the folders it may lead to ({_policy.Folders}). "
            + $"To allow it, add \"{Path.GetDirectoryName(real)}\" to linkedFolders in the manifest "
            + "(scan and inspect: --linked-folder)";
        return false;
    }

    /// <summary>
    /// Finds the file that libhdf5 would open for a name in another file: it searches several places and takes the first HDF5 file.
    /// </summary>
    /// <param name="how">See <see cref="Allows"/>.</param>
    /// <param name="parent">The other file.</param>
    /// <param name="name">The name as written there.</param>
    /// <param name="whyNot">If null is returned: the problem, to follow the dataset's name in a message.</param>
    /// <returns>Null if it is refused or there is none.</returns>
    internal string? Find(string how, string parent, string name, out string? whyNot)
    {
        List<string> places = [.. Places(parent, name).Distinct(StringComparer.Ordinal)];
        whyNot = null;
        LeadsElsewhere = true;
        foreach (var place in places)
        {
            if (!RegularFile.IsAt(place))
            {
                whyNot ??= Path.Exists(place) ? $"{how} {place}, which is no regular file or may not be read" : null;
                continue;
            }
            if (!Allows(how, place))
            {
                whyNot = _refusal;
                return null;
            }
            using var opened = Hdf5Handle.File(H5F.open(place, H5F.ReadOnly, H5P.Default));
            if (!opened.IsInvalid)
            {
                return place;
            }
            whyNot ??= $"{how} {place}, which cannot be opened ({Hdf5Error.Stack()})";
        }
        _ = H5E.clear(H5E.Default);
        whyNot ??= $"{how} {name}, which is missing; looked for {string.Join(", ", places)}. Put it there";
        return null;
    }

    /// <summary>
    /// Opens a source dataset like libhdf5 does: without a folder of raw files, because it refuses to open a dataset with two different ones.
    /// </summary>
    /// <param name="file">An open file.</param>
    /// <param name="dataset">Path inside it.</param>
    /// <returns>Null if it is not there or is no dataset; <see cref="TakeRefusal"/> says whether a link was refused.</returns>
    internal Hdf5Handle? OpenSource(Hdf5Handle file, string dataset)
    {
        var opened = Hdf5Handle.Object(H5O.open(file.Id, dataset, Links.Id));
        if (!opened.IsInvalid && H5I.get_type(opened.Id) == H5I.Dataset)
        {
            return opened;
        }
        _ = H5E.clear(H5E.Default);
        opened.Dispose();
        return null;
    }

    public void Dispose()
    {
        using var scope = Hdf5Library.Enter();
        _ = Open.Remove(_number);
        Links.Dispose();
        Datasets.Dispose();
    }

    /// <summary>
    /// The search order of H5F_prefix_open_file, 1.10 to 2.x, without the places from environment variables, which
    /// <see cref="Hdf5Library"/> clears.
    /// </summary>
    private static IEnumerable<string> Places(string parent, string name)
    {
        parent = Path.GetFullPath(parent);
        if (name.StartsWith('/'))
        {
            yield return name;
            name = Path.GetFileName(name);
        }
        if (name.Length == 0)
        {
            yield break;
        }
        yield return Path.Combine(Path.GetDirectoryName(parent)!, name);
        yield return Path.Combine(Environment.CurrentDirectory, name);
        yield return Path.Combine(Path.GetDirectoryName(RealPath.Of(parent) ?? parent)!, name);
    }

    private unsafe void Guard(Hdf5Handle list) => _ = H5P.set_elink_cb(list.Id, &Follow, _number);

    /// <summary>H5L_elink_traverse_t: a negative result refuses the link.</summary>
    [UnmanagedCallersOnly]
    private static unsafe int Follow(
        byte* parentFile,
        byte* parentGroup,
        byte* childFile,
        byte* childObject,
        uint* flags,
        long access,
        nint number)
    {
        try
        {
            return Open.TryGetValue(number, out var guard)
                && Marshal.PtrToStringUTF8((nint)parentFile) is { } parent && Marshal.PtrToStringUTF8((nint)childFile) is { } child
                && guard.Find("leads by an external link to", parent, child, out _) is not null ? 0 : -1;
        }
#pragma warning disable CA1031 // an exception must not pass through C; on any exception, the link is refused
        catch (Exception)
        {
            return -1;
        }
#pragma warning restore CA1031
    }
}
