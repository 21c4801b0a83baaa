using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>Reads small tables of numbers beside the images.</summary>
internal static class RealValues
{
    /// <summary>Reads a box: doubles without loss, other types as float32.</summary>
    internal static double[] Read(Hdf5Dataset dataset, ReadOnlySpan<long> start, ReadOnlySpan<long> count)
    {
        var length = 1L;
        foreach (var along in count)
        {
            length = checked(length * along);
        }
        var values = new double[length];
        if (dataset.ElementType == ElementType.Float64)
        {
            dataset.Read(start, count, values.AsSpan());
            return values;
        }
        var singles = new float[length];
        dataset.Read(start, count, singles.AsSpan());
        return Array.ConvertAll(singles, value => (double)value);
    }
}
