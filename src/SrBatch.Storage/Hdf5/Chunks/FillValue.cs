using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>The value that a dataset has where none was written.</summary>
/// <param name="Bytes">One value as on disk; zeros if the file gives none.</param>
/// <param name="IsSupplied">False if libhdf5 leaves memory unchanged instead of filling it.</param>
internal readonly record struct FillValue(byte[] Bytes, bool IsSupplied)
{
    private const int Undefined = 0;
    private const int AtAllocation = 0, IfSet = 2;

    /// <param name="creation">The dataset's creation list.</param>
    /// <param name="type">Type of the dataset on disk.</param>
    /// <param name="valueBytes">Size of a value on disk; 0 if the values are not numbers.</param>
    internal static unsafe FillValue Of(Hdf5Handle creation, Hdf5Handle type, int valueBytes)
    {
        var bytes = new byte[valueBytes];
        // A damaged file may give another fill time; libhdf5 then never fills.
        var isSupplied = H5P.fill_value_defined(creation.Id, out var status) >= 0 && status > Undefined
            && H5P.get_fill_time(creation.Id, out var time) >= 0 && time is AtAllocation or IfSet;
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
