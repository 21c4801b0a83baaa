using SrBatch.Core.Errors;
using SrBatch.Pipelines.Planning;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Pipelines.Simulation;

/// <summary>Keeps simulated pairs from being written over other files. What an earlier simulation wrote is replaced.</summary>
internal static class SimulatedFolder
{
    /// <summary>Attribute of every simulated file.</summary>
    private const string Mark = "simulated";

    /// <param name="folder">Absolute path of the folder to write.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="pairs">Its HDF5 files.</param>
    /// <param name="time">For reading again from a shared disk.</param>
    /// <exception cref="SrBatchException">A file is in the way (exit 64).</exception>
    public static void RequireReplaceable(string folder, string manifest, IEnumerable<string> pairs, TimeProvider time)
    {
        if (File.Exists(folder))
        {
            throw new SrBatchException(ExitCode.Usage, $"--out: {folder} is a file; must be a folder, which is created if missing");
        }
        if (File.Exists(manifest) && !IsOurs(manifest, time))
        {
            throw InTheWay(manifest);
        }
        foreach (string pair in pairs.Where(File.Exists))
        {
            if (!IsOurs(pair))
            {
                throw InTheWay(pair);
            }
        }
    }

    private static SrBatchException InTheWay(string path) => new(ExitCode.Usage,
        $"--out: {path} exists and was not written by simulate; it stays as it is. Name another folder, or move the file");

    private static bool IsOurs(string manifest, TimeProvider time)
    {
        try
        {
            return ManifestFile.Read(manifest, time).Entries
                .All(image => image.Input is { Dataset: "/low", File: { } file } && file.StartsWith("pairs/", StringComparison.Ordinal));
        }
        catch (SrBatchException)
        {
            return false;
        }
    }

    private static bool IsOurs(string pair)
    {
        try
        {
            using Hdf5File file = Hdf5File.OpenRead(pair);
            return file.Attributes.Has(Mark);
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return false;
        }
    }
}
