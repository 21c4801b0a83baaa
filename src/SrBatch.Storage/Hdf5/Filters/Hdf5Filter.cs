using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>One step of a dataset's compression.</summary>
/// <param name="Id">Number in the HDF Group's registry.</param>
/// <param name="Name">Readable name, e.g. <c>gzip-4</c>, <c>shuffle</c>, <c>lzf</c>.</param>
/// <param name="IsAvailable">False if HDF5 on this node cannot undo it.</param>
public sealed record Hdf5Filter(int Id, string Name, bool IsAvailable)
{
    /// <summary>True if chunks that did not shrink may be stored without it.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The filter's parameters in the file; at most eight are kept.</summary>
    internal uint[] Values { get; init; } = [];

    /// <summary>The filters of a dataset, in the order of writing.</summary>
    /// <param name="creation">The dataset's creation list.</param>
    internal static unsafe Hdf5Filter[] ListOf(Hdf5Handle creation)
    {
        const int Room = 8;
        var filters = new Hdf5Filter[Math.Max(H5P.get_nfilters(creation.Id), 0)];
        var values = stackalloc uint[Room];
        for (var n = 0; n < filters.Length; n++)
        {
            uint flags;
            uint config;
            nuint valueCount = Room;
            var id = H5P.get_filter(creation.Id, (uint)n, &flags, &valueCount, values, 0, null, &config);
            var name = id == 1 && valueCount > 0 ? $"gzip-{values[0]}" : NameOf(id) ?? "unknown";
            filters[n] = new Hdf5Filter(id, name, H5Z.filter_avail(id) > 0)
            {
                IsOptional = (flags & 1) != 0,
                Values = new ReadOnlySpan<uint>(values, (int)Math.Min(valueCount, Room)).ToArray(),
            };
            _ = H5E.clear(H5E.Default);
        }
        return filters;
    }

    /// <summary>Name of a registered filter; null if unknown.</summary>
    internal static string? NameOf(int id) => id switch
    {
        1 => "gzip",
        2 => "shuffle",
        3 => "fletcher32",
        4 => "szip",
        5 => "nbit",
        6 => "scaleoffset",
        307 => "bzip2",
        32000 => "lzf",
        32001 => "blosc",
        32004 => "lz4",
        32008 => "bitshuffle",
        32013 => "zfp",
        32015 => "zstd",
        32016 => "b3d",
        32019 => "jpeg",
        32026 => "blosc2",
        _ => null,
    };

    /// <summary>What to do if <see cref="IsAvailable"/> is false.</summary>
    internal string Remedy => Id switch
    {
        4 => "Use an HDF5 built with szip (libaec)",
        307 => Plugin("Debian: apt-get install hdf5-filter-plugin; else pip install hdf5plugin"),
        32001 => Plugin("Debian: apt-get install hdf5-filter-plugin-blosc-serial; else pip install hdf5plugin"),
        32013 => Plugin("Debian: apt-get install hdf5-filter-plugin-zfp-serial; else pip install hdf5plugin"),
        32008 or 32026 => Plugin("pip install hdf5plugin"),
        32016 => Plugin("git.embl.de/balazs/B3D"),
        32019 => Plugin("github.com/CARS-UChicago/jpegHDF5"),
        _ => Plugin($"see filter {Id} in the HDF Group's registry of filters, or pip install hdf5plugin"),
    };

    private static string Plugin(string source) => $"Install its plugin ({source}) and set HDF5_PLUGIN_PATH to the plugin's folder";
}
