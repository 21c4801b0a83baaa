using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>Names of axes as they occur in files.</summary>
internal static class AxisNames
{
    /// <returns>Letters of <c>tczyx</c>; null unless every name is known and together they are the axes of an image.</returns>
    internal static string? Letters(IEnumerable<string?> names)
    {
        var letters = names.Select(Letter).ToList();
        var axes = string.Concat(letters);
        return axes.Length == letters.Count && PlaneAxes.AreValid(axes) ? axes : null;
    }

    /// <returns>Null for an unknown name. <c>height</c> is unknown because some programs mean y by it and others z.</returns>
    internal static char? Letter(string? name) => name?.Trim().ToLowerInvariant() switch
    {
        "x" or "column" or "col" or "lon" or "longitude" => 'x',
        "y" or "row" or "lat" or "latitude" => 'y',
        "z" or "depth" or "plane" or "slice" => 'z',
        "c" or "channel" or "channels" or "band" or "wavelength" => 'c',
        "t" or "time" or "frame" or "timepoint" => 't',
        _ => null,
    };
}
