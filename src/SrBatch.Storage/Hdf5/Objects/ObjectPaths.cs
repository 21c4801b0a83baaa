using System.Runtime.InteropServices;
using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Objects;

/// <summary>
/// Paths of objects that references lead to. libhdf5 finds a path by a search through the file, so each is searched once; and if there are
/// many, all paths of the file are listed once.
/// </summary>
internal sealed class ObjectPaths
{
    /// <summary>Searches before all paths are listed: a file of many objects often has few that are referred to.</summary>
    private const int MostSearches = 8;

    private const int MostPathBytes = 4096;

    /// <summary>Limits memory for malicious files.</summary>
    private const int MostPaths = 1_000_000;

    private readonly Dictionary<UInt128, string?> _known = [];
    private bool _isListed;

    /// <summary>Number of searches through the file so far.</summary>
    internal int Searches { get; private set; }

    /// <param name="found">An object that a reference led to.</param>
    /// <returns>A path that leads to it; null if there is none.</returns>
    internal string? Of(Hdf5Handle found)
    {
        var identity = H5O.get_identity(found.Id);
        if (identity != UInt128.Zero && _known.TryGetValue(identity, out var path))
        {
            return path;
        }
        if (_isListed)
        {
            return null;
        }
        Searches++;
        if (Searches > MostSearches)
        {
            ListAll(found);
            return _known.GetValueOrDefault(identity);
        }
        return _known[identity] = Search(found);
    }

    private static unsafe string? Search(Hdf5Handle found)
    {
        var name = stackalloc byte[MostPathBytes];
        var length = H5I.get_name(found.Id, name, MostPathBytes);
        _ = H5E.clear(H5E.Default);
        return length is > 0 and < MostPathBytes ? Marshal.PtrToStringUTF8((nint)name) : null;
    }

    private unsafe void ListAll(Hdf5Handle found)
    {
        _isListed = true;
        using var file = Hdf5Handle.File(H5I.get_file_id(found.Id));
        var paths = GCHandle.Alloc(_known);
        try
        {
            _ = H5O.visit(file.Id, &Collect, GCHandle.ToIntPtr(paths));
        }
        finally
        {
            paths.Free();
        }
        _ = H5E.clear(H5E.Default);
    }

    [UnmanagedCallersOnly]
    private static unsafe int Collect(long group, byte* path, ulong* info, nint paths)
    {
        var known = (Dictionary<UInt128, string?>)GCHandle.FromIntPtr(paths).Target!;
        var text = Marshal.PtrToStringUTF8((nint)path);
        _ = known.TryAdd(H5O.IdentityOf(info), text is null or "." ? "/" : "/" + text);
        return known.Count < MostPaths ? 0 : 1;
    }
}
