using System.Runtime.InteropServices;
using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5;

/// <summary>Visits every object of a file once, by its identity, so that cycles of links end.</summary>
internal sealed class Hdf5Walk(Hdf5File file)
{
    /// <summary>Bounds memory on a file made to harm; real files hold thousands at most.</summary>
    private const int MostFound = 1_000_000;

    private const int MostDepth = 200;

    private readonly HashSet<UInt128> _visited = [];
    private readonly List<Hdf5Found> _found = [];

    internal IReadOnlyList<Hdf5Found> Run()
    {
        using var scope = Hdf5Library.Enter();
        using var access = Hdf5Handle.List(H5P.create(H5P.LinkAccess));
        unsafe
        {
            // A soft link may lead through an external one; another file's datasets are not this file's.
            _ = H5P.set_elink_cb(access.Id, &RefuseExternal, 0);
        }
        Visit("/", access, depth: 0);
        return _found;
    }

    private void Visit(string path, Hdf5Handle access, int depth)
    {
        using var handle = Hdf5Handle.Object(H5O.open(file.Id, path, access.Id));
        if (handle.IsInvalid)
        {
            _found.Add(new Hdf5Found(path, [], null, "cannot be opened, " + Hdf5Error.Stack()));
            return;
        }
        if (_found.Count >= MostFound || !_visited.Add(H5O.get_identity(handle.Id)))
        {
            return;
        }
        switch (H5I.get_type(handle.Id))
        {
            case H5I.Dataset:
                _found.Add(Describe(path, handle));
                break;
            case H5I.Group when depth < MostDepth:
                foreach (var name in Links(handle.Id, path))
                {
                    Visit(path == "/" ? "/" + name : $"{path}/{name}", access, depth + 1);
                }
                break;
        }
    }

    private List<string> Links(long group, string path)
    {
        List<string> hard = [];
        List<string> soft = [];
        if (H5G.get_info(group, out var info) < 0)
        {
            _found.Add(new Hdf5Found(path, [], null, "cannot be listed, " + Hdf5Error.Stack()));
            return hard;
        }
        for (ulong n = 0; n < Math.Min(info.Links, MostFound); n++)
        {
            if (NameOf(group, n) is not { } name)
            {
                _found.Add(new Hdf5Found(path, [], null, "cannot be listed, " + Hdf5Error.Stack()));
                break;
            }
            switch (H5L.get_type(group, name))
            {
                case H5L.Hard:
                    hard.Add(name);
                    break;
                case H5L.External:
                    _found.Add(new Hdf5Found(path == "/" ? "/" + name : $"{path}/{name}", [], null, "an external link, not followed"));
                    break;
                default:
                    soft.Add(name);
                    break;
            }
        }
        hard.AddRange(soft);
        return hard;
    }

    private static unsafe string? NameOf(long group, ulong n)
    {
        var length = H5L.get_name_by_idx(group, ".", 0, 0, n, null, 0, H5P.Default);
        if (length is < 0 or > 65535)
        {
            return null;
        }
        var bytes = new byte[length + 1];
        fixed (byte* name = bytes)
        {
            return H5L.get_name_by_idx(group, ".", 0, 0, n, name, (nuint)bytes.Length, H5P.Default) < 0 ? null : Marshal.PtrToStringUTF8((nint)name);
        }
    }

    private static Hdf5Found Describe(string path, Hdf5Handle dataset)
    {
        using var space = Hdf5Handle.Space(H5D.get_space(dataset.Id));
        using var type = Hdf5Handle.Type(H5D.get_type(dataset.Id));
        return space.IsInvalid || type.IsInvalid
            ? new Hdf5Found(path, [], null, "cannot be read, " + Hdf5Error.Stack())
            : new Hdf5Found(path, Hdf5Dataset.LengthsOf(space.Id), Hdf5Type.Of(type.Id), null);
    }

    [UnmanagedCallersOnly]
    private static unsafe int RefuseExternal(byte* parentFile, byte* parentGroup, byte* childFile, byte* childObject, uint* flags, long access, nint data) =>
        -1;
}
