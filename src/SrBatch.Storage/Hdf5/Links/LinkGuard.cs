using System.Runtime.InteropServices;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Links;

/// <summary>
/// Keeps one open file from reading where it may not: asked by libhdf5 before it follows an external link, and by us before a dataset
/// whose values lie in other files is used. All calls are made under the library's lock.
/// </summary>
internal sealed class LinkGuard : IDisposable
{
    /// <summary>
    /// libhdf5 keeps the callback in lists that outlive ours (those of virtual datasets), so it is given a number that may be unknown by then
    /// instead of an address that may not.
    /// </summary>
    private static readonly Dictionary<nint, LinkGuard> Open = [];

    private static nint _last;

    private readonly LinkPolicy _policy;
    private readonly StorageCheck _storage;
    private readonly nint _number = ++_last;
    private string? _refusal;

    /// <param name="file">Absolute path.</param>
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

    /// <summary>The list with which every link must be followed.</summary>
    internal Hdf5Handle Links { get; }

    /// <summary>The list with which every dataset must be opened, or one that went through <see cref="GuardDatasets"/>.</summary>
    internal Hdf5Handle Datasets { get; }

    /// <summary>
    /// Makes a dataset access list ask here, and take names of raw files from where the file lies, not from where we happen to run. libhdf5
    /// refuses to open a dataset twice with different ideas of the latter.
    /// </summary>
    internal void GuardDatasets(Hdf5Handle list)
    {
        Guard(list);
        _ = H5P.set_efile_prefix(list.Id, "${ORIGIN}");
    }

    /// <summary>Why a link was not followed since this was last asked; null when none was refused.</summary>
    internal string? TakeRefusal()
    {
        var refusal = _refusal;
        _refusal = null;
        return refusal;
    }

    /// <summary>Looks where an open dataset's values lie: raw files, sources of a virtual dataset, theirs in turn.</summary>
    /// <returns>What is wrong, to follow the dataset's name in a message; null: nothing.</returns>
    internal string? ProblemOf(Hdf5Handle dataset)
    {
        _refusal = _storage.ProblemOf(dataset) ?? _refusal;
        return TakeRefusal();
    }

    /// <summary>Refuses <paramref name="target"/> unless it is allowed.</summary>
    /// <param name="how">E.g. <c>leads by an external link to</c>.</param>
    /// <param name="target">A file that may be missing.</param>
    /// <returns>False when refused.</returns>
    internal bool Allows(string how, string target)
    {
        // A file that is not there is judged by its folder; without that nothing can be read.
        var real = RealPath.Of(target)
            ?? (RealPath.Of(Path.GetDirectoryName(target) ?? "/") is { } folder ? Path.Combine(folder, Path.GetFileName(target)) : null);
        if (real is null || _policy.Allows(real))
        {
            return true;
        }
        _refusal = $"{how} {real}, outside the folders it may lead to ({_policy.Folders}). "
            + $"To allow it, add \"{Path.GetDirectoryName(real)}\" to linkedFolders in the manifest";
        return false;
    }

    /// <summary>Finds the file that libhdf5 would open for a name in another file: the first of the places where it looks that holds an HDF5 file.</summary>
    /// <param name="how">See <see cref="Allows"/>.</param>
    /// <param name="parent">The other file.</param>
    /// <param name="name">As written there.</param>
    /// <param name="refused">True when a file on the way there is not allowed.</param>
    /// <returns>Null when refused, and when there is none.</returns>
    internal string? Find(string how, string parent, string name, out bool refused)
    {
        refused = false;
        foreach (var place in Places(parent, name))
        {
            if (!RegularFile.IsAt(place))
            {
                continue;
            }
            if (!Allows(how, place))
            {
                refused = true;
                return null;
            }
            using var opened = Hdf5Handle.File(H5F.open(place, H5F.ReadOnly, H5P.Default));
            if (!opened.IsInvalid)
            {
                return place;
            }
        }
        _ = H5E.clear(H5E.Default);
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
    /// As H5F_prefix_open_file of 1.10 to 2.x goes about it; the places that come from environment variables are none, as
    /// <see cref="Hdf5Library"/> clears those.
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

    /// <summary>H5L_elink_traverse_t: below 0 refuses.</summary>
    [UnmanagedCallersOnly]
    private static unsafe int Follow(byte* parentFile, byte* parentGroup, byte* childFile, byte* childObject, uint* flags, long access, nint number)
    {
        try
        {
            return Open.TryGetValue(number, out var guard)
                && Marshal.PtrToStringUTF8((nint)parentFile) is { } parent && Marshal.PtrToStringUTF8((nint)childFile) is { } child
                && guard.Find("leads by an external link to", parent, child, out _) is not null ? 0 : -1;
        }
#pragma warning disable CA1031 // an exception must not pass through C; whatever it is, the link is not followed
        catch (Exception)
        {
            return -1;
        }
#pragma warning restore CA1031
    }
}
