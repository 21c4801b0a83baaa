using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>
/// Reads HDF5 dimension scales, as netCDF-4 and h5py attach them: datasets that name an axis and may hold its coordinates.
/// </summary>
internal static class AttachedScales
{
    /// <summary>Largest relative deviation from evenly spaced coordinates, which are often rounded.</summary>
    private const double Tolerance = 1e-3;

    private const int MostCoordinates = 1 << 20;

    internal static bool IsScale(Hdf5Attributes attributes) => attributes.GetString("CLASS") == "DIMENSION_SCALE";

    /// <summary>Letters of the axes from the names of their scales; null if one is missing or unknown.</summary>
    internal static string? Axes(Hdf5File file, Hdf5Dataset dataset) =>
        Paths(dataset) is { } paths ? AxisNames.Letters(paths.Select(path => path is null ? null : NameOf(file, path))) : null;

    /// <returns>
    /// Distance of neighbours along the axis at <paramref name="index"/>, micrometres; null unless its scale has a unit of length and even
    /// steps.
    /// </returns>
    internal static double? ElementSizeUm(Hdf5File file, Hdf5Dataset dataset, int index)
    {
        if (Paths(dataset)?[index] is not { } path)
        {
            return null;
        }
        try
        {
            using var scale = file.OpenDataset(path);
            return scale.Shape is [>= 2 and <= MostCoordinates and var length] && length == dataset.Shape[index]
                && LengthUnit.Micrometres(scale.Attributes.GetString("units")) is { } unit
                ? Step(RealValues.Read(scale, [0], [length])) * unit
                : null;
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return null; // a hint that cannot be read is ignored
        }
    }

    /// <summary>Path of the first scale of each axis; null if the attribute does not have that form.</summary>
    private static string?[]? Paths(Hdf5Dataset dataset) =>
        dataset.Attributes.GetReferencedPaths("DIMENSION_LIST") is { } paths && paths.Length == dataset.Shape.Length ? paths : null;

    /// <summary>
    /// The name of the scale if it is the name of an axis, else the last part of its path: netCDF writes a sentence into NAME for scales
    /// without coordinates.
    /// </summary>
    private static string? NameOf(Hdf5File file, string path)
    {
        try
        {
            using var attributes = file.AttributesOf(path);
            var name = attributes.GetString("NAME");
            return AxisNames.Letter(name) is null ? path[(path.LastIndexOf('/') + 1)..] : name;
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return null;
        }
    }

    private static double? Step(double[] coordinates)
    {
        var step = (coordinates[^1] - coordinates[0]) / (coordinates.Length - 1);
        for (var n = 1; n < coordinates.Length; n++)
        {
            if (!(Math.Abs(coordinates[n] - coordinates[n - 1] - step) <= Tolerance * Math.Abs(step)))
            {
                return null;
            }
        }
        return Math.Abs(step);
    }
}
