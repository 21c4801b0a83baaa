namespace SrBatch.Storage.Hdf5;

/// <summary>One step of a dataset's compression.</summary>
/// <param name="Id">Number in the HDF Group's registry.</param>
/// <param name="Name">For people, e.g. <c>gzip-4</c>, <c>shuffle</c>, <c>lzf</c>.</param>
/// <param name="IsAvailable">False when this node's HDF5 cannot undo it.</param>
public sealed record Hdf5Filter(int Id, string Name, bool IsAvailable)
{
    /// <summary>Name of a registered filter; null for one we do not know.</summary>
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

    /// <summary>What to do when <see cref="IsAvailable"/> is false.</summary>
    internal string Remedy => Id switch
    {
        4 => "Use an HDF5 built with szip (libaec)",
        32016 => "Install the B3D filter (git.embl.de/balazs/B3D) and set HDF5_PLUGIN_PATH to its folder",
        _ => "Install the plugin (conda install hdf5-external-filter-plugins, or pip install hdf5plugin) and set HDF5_PLUGIN_PATH to its folder",
    };
}
