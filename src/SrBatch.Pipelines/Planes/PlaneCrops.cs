using SrBatch.Core.Intensities;
using SrBatch.Core.Planning;
using SrBatch.Core.Trust;

namespace SrBatch.Pipelines.Planes;

/// <summary>Measures, on crops, how a plane of an image looks to a network.</summary>
internal static class PlaneCrops
{
    /// <summary>Reads part of a plane.</summary>
    public delegate void ReadCrop(long row, long column, int rows, int columns, Span<float> destination);

    /// <param name="dataset">Gives the size of the plane.</param>
    /// <param name="map">Maps intensities to those that the network sees.</param>
    /// <param name="read">Reads its pixels.</param>
    /// <returns>Null if the plane is too small.</returns>
    public static PlaneSample? Measure(PlannedDataset dataset, IntensityMap map, ReadCrop read)
    {
        if (PlaneFeatures.SideFor(dataset.Height, dataset.Width) is not { } side)
        {
            return null;
        }
        return PlaneFeatures.Measure([.. PlaneFeatures.Places(dataset.Height, dataset.Width).Select(place =>
        {
            float[] crop = new float[side * side];
            read(place.Row, place.Column, side, side, crop);
            map.Normalise(crop);
            return crop;
        })], side);
    }
}
