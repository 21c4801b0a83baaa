using System.Runtime.InteropServices;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Links;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Objects;

/// <summary>
/// Visits every object of a file, and of files it links to, once. Objects are recognised by identity, so that cycles of links end. All
/// names of a dataset are listed.
/// </summary>
internal sealed class Hdf5Walk(Hdf5File file)
{
    /// <summary>Limits memory and time for malicious files; real files have thousands at most.</summary>
    private const int MostVisits = 1_000_000;

    private const int MostDepth = 200;
    private const int MostLinkBytes = 4096;

    /// <summary>First finding of each object; null if it is not a dataset.</summary>
    private readonly Dictionary<(int File, UInt128 Object), Hdf5Found?> _visited = [];
    private readonly Dictionary<string, int> _files = new(StringComparer.Ordinal);
    private readonly List<Hdf5Found> _found = [];
    private int _visits;

    internal IReadOnlyList<Hdf5Found> Run()
    {
        using var scope = Hdf5Library.Enter(file.Path);
        Visit("/", () => "cannot be opened, " + Hdf5Error.Stack(), depth: 0);
        return _found;
    }

    /// <param name="path">Path inside the file.</param>
    /// <param name="whyNot">Gives the reason if it cannot be opened.</param>
    /// <param name="depth">Number of links on the way.</param>
    /// <param name="isLink">True for a soft or external link.</param>
    private void Visit(string path, Func<string> whyNot, int depth, bool isLink = false)
    {
        if (++_visits >= MostVisits)
        {
            if (_visits == MostVisits)
            {
                Add(path, $"not looked at, nor is what follows: the file has more than {MostVisits} links");
            }
            return;
        }
        using var handle = Hdf5Handle.Object(H5O.open(file.Id, path, file.Guard.Links.Id));
        if (handle.IsInvalid)
        {
            var reason = whyNot();
            _ = H5E.clear(H5E.Default);
            var refusal = file.Guard.TakeRefusal();
            _found.Add(new Hdf5Found(path, [], null, refusal ?? reason) { IsBrokenLink = isLink && refusal is null });
            return;
        }
        var identity = (FileOf(handle), H5O.get_identity(handle.Id));
        if (_visited.TryGetValue(identity, out var before))
        {
            if (before is not null)
            {
                _found.Add(before with { Path = path, SameAs = before.Path });
            }
            return;
        }
        _visited.Add(identity, null);
        switch (H5I.get_type(handle.Id))
        {
            case H5I.Dataset:
                handle.Dispose();
                _found.Add(Describe(path));
                _visited[identity] = _found[^1];
                break;
            case H5I.Group when depth < MostDepth:
                VisitLinks(path, handle, depth);
                break;
            case H5I.Group:
                Add(path, $"a group nested deeper than {MostDepth}, not looked into");
                break;
        }
    }

    private void VisitLinks(string path, Hdf5Handle group, int depth)
    {
        var links = Links(group.Id, out var isWhole);
        foreach (var (name, kind) in links.OrderBy(link => link.Kind != H5L.Hard))
        {
            Visit(path == "/" ? "/" + name : $"{path}/{name}", () => Dangling(group.Id, name, kind), depth + 1, kind != H5L.Hard);
        }
        if (!isWhole)
        {
            Add(path, "cannot be listed to its end, " + Hdf5Error.Stack());
        }
    }

    private static unsafe List<(string Name, int Kind)> Links(long group, out bool isWhole)
    {
        List<(string, int)> links = [];
        var list = GCHandle.Alloc(links);
        try
        {
            isWhole = H5L.iterate(group, &Collect, GCHandle.ToIntPtr(list)) >= 0;
        }
        finally
        {
            list.Free();
        }
        return links;
    }

    [UnmanagedCallersOnly]
    private static unsafe int Collect(long group, byte* name, int* info, nint list)
    {
        var links = (List<(string, int)>)GCHandle.FromIntPtr(list).Target!;
        links.Add((Marshal.PtrToStringUTF8((nint)name) ?? "", *info));
        return links.Count < MostVisits ? 0 : 1;
    }

    /// <summary>Why a link leads nowhere, independent of the version of libhdf5.</summary>
    private static unsafe string Dangling(long group, string name, int kind)
    {
        if (kind is not (H5L.Soft or H5L.External))
        {
            return "cannot be opened, " + Hdf5Error.Stack();
        }
        var value = stackalloc byte[MostLinkBytes + 1];
        new Span<byte>(value, MostLinkBytes + 1).Clear();
        if (H5L.get_val(group, name, value, MostLinkBytes, H5P.Default) < 0)
        {
            return "a link that cannot be read";
        }
        if (kind == H5L.Soft)
        {
            return $"a soft link to {Marshal.PtrToStringUTF8((nint)value)}, which cannot be opened";
        }
        if (H5L.unpack_elink_val(value, MostLinkBytes, out _, out var target, out var inside) < 0)
        {
            return "an external link that cannot be read";
        }
        var (file, dataset) = (Marshal.PtrToStringUTF8((nint)target), Marshal.PtrToStringUTF8((nint)inside));
        return $"an external link to {dataset} of {file}, which cannot be opened";
    }

    private Hdf5Found Describe(string path)
    {
        using var dataset = Hdf5Handle.Dataset(H5D.open(file.Id, path, file.Guard.Datasets.Id));
        if (dataset.IsInvalid)
        {
            return new Hdf5Found(path, [], null, "cannot be read, " + Hdf5Error.Stack());
        }
        if (file.Guard.ProblemOf(dataset) is { } problem)
        {
            return new Hdf5Found(path, [], null, problem);
        }
        using var space = Hdf5Handle.Space(H5D.get_space(dataset.Id));
        using var type = Hdf5Handle.Type(H5D.get_type(dataset.Id));
        return space.IsInvalid || type.IsInvalid
            ? new Hdf5Found(path, [], null, "cannot be read, " + Hdf5Error.Stack())
            : new Hdf5Found(path, Hdf5Space.LengthsOf(space.Id), Hdf5Type.Of(type.Id), null);
    }

    /// <summary>A number for the file that holds an object. libhdf5's own number changes whenever the file is opened again.</summary>
    private int FileOf(Hdf5Handle handle)
    {
        var name = StorageCheck.FileOf(handle);
        if (!_files.TryGetValue(name, out var number))
        {
            var real = RealPath.Of(name) ?? name;
            number = _files.TryGetValue(real, out var known) ? known : _files.Count;
            _files[real] = _files[name] = number;
        }
        return number;
    }

    private void Add(string path, string problem) => _found.Add(new Hdf5Found(path, [], null, problem));
}
