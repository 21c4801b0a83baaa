using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Links;

/// <summary>
/// Checks the raw files that hold the values of a dataset. Where such a file is too short, libhdf5 reads zeros and reports nothing.
/// </summary>
internal static class RawFiles
{
    private const int MostNameBytes = 4096;

    /// <param name="creation">Creation list of the dataset.</param>
    /// <param name="file">Path of its HDF5 file.</param>
    /// <param name="bytes">Size of all values; a double because lengths may be arbitrarily large.</param>
    /// <param name="guard">The guard of the file.</param>
    /// <returns>The problem, to follow the dataset's name in a message; null if there is none.</returns>
    internal static string? ProblemOf(Hdf5Handle creation, string file, double bytes, LinkGuard guard)
    {
        var count = H5P.get_external_count(creation.Id);
        for (uint n = 0; n < count && bytes > 0; n++)
        {
            if (Name(creation, n, out var offset, out var size) is not { } name)
            {
                return "keeps its values in a file whose name cannot be read";
            }
            // set_efile_prefix makes libhdf5 look there.
            var target = Path.Combine(Path.GetDirectoryName(file)!, name);
            if (!guard.Allows("keeps its values in", target))
            {
                return guard.TakeRefusal();
            }
            if (!Path.Exists(target))
            {
                return $"keeps its values in {target}, which is missing. Put it back";
            }
            if (LengthOf(target) is not { } length)
            {
                return $"keeps its values in {target}, which is no regular file or may not be read";
            }
            var part = Math.Min(bytes, size);
            if (length < offset + part)
            {
                return $"keeps its values in {target}, which has {length} bytes; expected at least {offset + part:0}. Copy it again";
            }
            bytes -= part;
        }
        return null;
    }

    private static long? LengthOf(string path)
    {
        try
        {
            using var handle = RegularFile.TryOpen(path);
            return handle is null ? null : RandomAccess.GetLength(handle);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static unsafe string? Name(Hdf5Handle creation, uint n, out long offset, out ulong size)
    {
        var bytes = stackalloc byte[MostNameBytes + 1];
        bytes[MostNameBytes] = 0;
        return H5P.get_external(creation.Id, n, MostNameBytes, bytes, out offset, out size) < 0 ? null : VirtualMapping.Text(bytes);
    }
}
