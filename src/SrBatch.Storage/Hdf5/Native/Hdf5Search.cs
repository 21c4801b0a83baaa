using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Searches libhdf5; the first match wins. <c>SRBATCH_HDF5</c> (a file or a folder) overrides all other places.</summary>
/// <param name="chosen">The user's file or folder; may be null.</param>
/// <param name="folders">Folders to search before the loader's own path.</param>
internal sealed class Hdf5Search(string? chosen, IReadOnlyList<string> folders)
{
    internal const string Variable = "SRBATCH_HDF5";

    internal const string Remedy =
        "Install it (Debian, Ubuntu: apt install libhdf5-103-1 or libhdf5-310; EL: dnf install hdf5 from EPEL; conda: conda install hdf5; "
        + "cluster: module load HDF5) or set " + Variable + " to the file.";

    /// <summary>A function that every HDF5 library has.</summary>
    private const string Sign = "H5open";

    /// <summary>
    /// File names of 2.x, 1.14, 1.12 and 1.10 in Debian (serial), EL, conda and module installs. The parallel builds come last because they
    /// load MPI.
    /// </summary>
    internal static readonly string[] Names =
    [
        "libhdf5_serial.so.320", "libhdf5_serial.so.310", "libhdf5_serial.so.200", "libhdf5_serial.so.103",
        "libhdf5.so.320", "libhdf5.so.310", "libhdf5.so.200", "libhdf5.so.103", "libhdf5.so.101",
        "libhdf5.so", "libhdf5_serial.so",
        "libhdf5_openmpi.so.310", "libhdf5_openmpi.so.103", "libhdf5_mpich.so.310", "libhdf5_mpich.so.103",
    ];

    internal static Hdf5Search FromEnvironment()
    {
        List<string> folders = [AppContext.BaseDirectory];
        foreach (var variable in new[] { "HDF5_DIR", "HDF5_ROOT", "EBROOTHDF5", "CONDA_PREFIX" })
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } root)
            {
                folders.Add(Path.Combine(root, "lib"));
                folders.Add(Path.Combine(root, "lib64"));
            }
        }
        return new Hdf5Search(Environment.GetEnvironmentVariable(Variable), folders);
    }

    /// <summary>Loads the first library that can be loaded.</summary>
    internal (nint Library, string Path) Load()
    {
        var refused = new List<string>();
        foreach (var candidate in Candidates())
        {
            var library = SharedLibrary.TryLoad(candidate, out var fault);
            if (library != 0 && NativeLibrary.TryGetExport(library, Sign, out _))
            {
                return (library, candidate);
            }
            if (fault is null || !SharedLibrary.IsMissing(candidate, fault))
            {
                refused.Add(fault ?? $"{candidate}: has no {Sign}");
            }
        }
        throw new SrBatchException(ExitCode.Unavailable, $"{WhyNone(string.Join("; ", refused))}. {Remedy}");
    }

    private string WhyNone(string refused)
    {
        if (chosen is { Length: > 0 })
        {
            var words = refused.Length > 0 ? $": {refused}" : "";
            return $"{Variable} is '{chosen}', which is no HDF5 library and no folder that holds one{words}";
        }
        return refused.Length > 0
            ? $"libhdf5 does not load: {refused}"
            : $"libhdf5 is not on this node: tried {Names[0]} ... {Names[^1]} in {string.Join(", ", folders)} and where the loader looks";
    }

    private IEnumerable<string> Candidates()
    {
        if (chosen is { Length: > 0 })
        {
            return Directory.Exists(chosen) ? InFolder(chosen) : [chosen];
        }
        return folders.SelectMany(InFolder).Concat(Names);
    }

    private static IEnumerable<string> InFolder(string folder) => Names.Select(name => Path.Combine(folder, name)).Where(File.Exists);
}
