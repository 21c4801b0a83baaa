using System.Runtime.InteropServices;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>Lists the names of a group's links without following them. Takes linear time, unlike going through them by index.</summary>
internal static class LinkNames
{
    /// <summary>Limits memory for malicious files.</summary>
    private const int MostNames = 1_000_000;

    /// <summary>Filled by <see cref="Collect"/> under the library's lock.</summary>
    private static List<string> Collected { get; set; } = [];

    /// <returns>The names in no particular order; empty if the group is missing.</returns>
    internal static unsafe List<string> In(Hdf5File file, string group)
    {
        using var scope = Hdf5Library.Enter(file.Path);
        if (!file.Exists(group))
        {
            return [];
        }
        using var handle = Hdf5Handle.Object(H5O.open(file.Id, group, file.Guard.Links.Id));
        Collected = [];
        if (!handle.IsInvalid)
        {
            _ = H5L.iterate(handle.Id, &Collect);
        }
        _ = H5E.clear(H5E.Default);
        var names = Collected;
        Collected = [];
        return names;
    }

    /// <summary>
    /// True if there is such a link, whether or not it leads anywhere. A link on the way that may not be followed counts as if everything
    /// were behind it: opening the path then gives the reason.
    /// </summary>
    internal static bool Has(Hdf5File file, string path)
    {
        using var scope = Hdf5Library.Enter(file.Path);
        for (var end = path.IndexOf('/', 1); ; end = path.IndexOf('/', end + 1))
        {
            var isThere = H5L.exists(file.Id, end < 0 ? path : path[..end], file.Guard.Links.Id) > 0;
            _ = H5E.clear(H5E.Default);
            if (!isThere)
            {
                return file.Guard.TakeRefusal() is not null;
            }
            if (end < 0)
            {
                return true;
            }
        }
    }

    [UnmanagedCallersOnly]
    private static unsafe int Collect(long group, byte* name, nint info, nint data)
    {
        if (Marshal.PtrToStringUTF8((nint)name) is { } text)
        {
            Collected.Add(text);
        }
        return Collected.Count < MostNames ? 0 : 1;
    }
}
