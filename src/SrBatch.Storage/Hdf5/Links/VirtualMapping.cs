using System.Globalization;
using System.Runtime.InteropServices;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Links;

/// <summary>A part of a virtual dataset and the part of another dataset that it shows.</summary>
/// <param name="File">As the header names it; <c>.</c>: the file of the virtual dataset. %b stands for the number of a block.</param>
/// <param name="Dataset">Path inside it; may have %b, too.</param>
/// <param name="Target">The part of the virtual dataset.</param>
/// <param name="Source">The part of the source.</param>
internal sealed record VirtualMapping(string File, string Dataset, Hdf5Selection Target, Hdf5Selection Source)
{
    private const int MostNameBytes = 4096;

    /// <summary>True for a series of sources that are numbered from 0 and end with the first that is missing.</summary>
    internal bool IsSeries => HasBlock(File) || HasBlock(Dataset);

    internal bool HasBlockInFolder => HasBlock(Path.GetDirectoryName(File) ?? "");

    /// <summary>Name of the source for a block.</summary>
    internal (string File, string Dataset) At(long block) => (Filled(File, block), Filled(Dataset, block));

    /// <param name="creation">Creation list of a virtual dataset.</param>
    /// <returns>Null if they cannot be read.</returns>
    internal static IReadOnlyList<VirtualMapping>? ListOf(Hdf5Handle creation)
    {
        if (H5P.get_virtual_count(creation.Id, out var count) < 0)
        {
            return null;
        }
        var mappings = new List<VirtualMapping>();
        for (nuint n = 0; n < count; n++)
        {
            using var target = Hdf5Handle.Space(H5P.get_virtual_vspace(creation.Id, n));
            using var source = Hdf5Handle.Space(H5P.get_virtual_srcspace(creation.Id, n));
            if (target.IsInvalid || source.IsInvalid
                || Name(creation, n, isFile: true) is not { } file || Name(creation, n, isFile: false) is not { } dataset)
            {
                return null;
            }
            mappings.Add(new VirtualMapping(file, dataset, Hdf5Selection.Of(target), Hdf5Selection.Of(source)));
        }
        return mappings;
    }

    /// <summary>Null if it is not UTF-8: we would check another file than libhdf5 opens.</summary>
    internal static unsafe string? Text(byte* bytes) =>
        Marshal.PtrToStringUTF8((nint)bytes) is { Length: > 0 } text && !text.Contains('\uFFFD') ? text : null;

    private static unsafe string? Name(Hdf5Handle creation, nuint n, bool isFile)
    {
        var bytes = stackalloc byte[MostNameBytes + 1];
        var length = isFile
            ? H5P.get_virtual_filename(creation.Id, n, bytes, MostNameBytes)
            : H5P.get_virtual_dsetname(creation.Id, n, bytes, MostNameBytes);
        bytes[MostNameBytes] = 0;
        return length is <= 0 or >= MostNameBytes ? null : Text(bytes);
    }

    private static bool HasBlock(string name) => name.Replace("%%", "", StringComparison.Ordinal).Contains("%b", StringComparison.Ordinal);

    private static string Filled(string name, long block) => string.Join('%',
        name.Split("%%").Select(part => part.Replace("%b", block.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));
}
