using SrBatch.Core.Intensities;
using SrBatch.Core.Planning;
using SrBatch.Core.Trust;

namespace SrBatch.Pipelines.Planes;

/// <summary>What a plane of an image looks like to a network, measured on crops of it.</summary>
internal static class PlaneCrops
{
    /// <summary>Reads part of a plane.</summary>
    public delegate void ReadCrop(long row, long column, int rows, int columns, Span<float> destination);

    /// <param name="dataset">The plane's size.</param>
    /// <param name="map">How the network sees its intensities.</param>
    /// <param name="read">Gives its pixels.</param>
    /// <returns>Null for a plane that is too small to tell.</returns>
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
