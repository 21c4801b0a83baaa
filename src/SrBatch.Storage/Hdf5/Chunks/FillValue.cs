using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>What a dataset's values are where nobody wrote any.</summary>
/// <param name="Bytes">One value as on disk; zeros where the file gives none.</param>
/// <param name="IsSupplied">False when libhdf5 leaves memory as it was instead of filling it in.</param>
internal readonly record struct FillValue(byte[] Bytes, bool IsSupplied)
{
    private const int Undefined = 0;
    private const int AtAllocation = 0, IfSet = 2;

    /// <param name="creation">The dataset's creation list.</param>
    /// <param name="type">The dataset's type on disk.</param>
    /// <param name="valueBytes">Size of a value on disk; 0 when the values are no numbers.</param>
    internal static unsafe FillValue Of(Hdf5Handle creation, Hdf5Handle type, int valueBytes)
    {
        var bytes = new byte[valueBytes];
        var isSupplied = H5P.fill_value_defined(creation.Id, out var status) >= 0 && status > Undefined
            && H5P.get_fill_time(creation.Id, out var time) >= 0 && time is AtAllocation or IfSet; // another one, of a damaged file, is never to libhdf5
        fixed (byte* value = bytes)
        {
            if (isSupplied && valueBytes > 0 && H5P.get_fill_value(creation.Id, type.Id, value) < 0)
            {
                Array.Clear(bytes);
            }
        }
        _ = H5E.clear(H5E.Default);
        return new FillValue(bytes, isSupplied);
    }
}
