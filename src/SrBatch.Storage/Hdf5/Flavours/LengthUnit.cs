namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>Units of length as they occur in microscopy files.</summary>
internal static class LengthUnit
{
    /// <returns>Micrometres in one such unit; null if it is not a unit of length, such as <c>pixel</c>.</returns>
    internal static double? Micrometres(string? unit) => unit?.Trim().ToLowerInvariant() switch
    {
        "nm" or "nanometer" or "nanometers" or "nanometre" or "nanometres" => 1e-3,
        // The micro sign and the Greek letter look alike.
        "um" or "\u00b5m" or "\u03bcm" or "micron" or "microns" or "micrometer" or "micrometers" or "micrometre" or "micrometres" => 1,
        "mm" or "millimeter" or "millimeters" or "millimetre" or "millimetres" => 1e3,
        "cm" or "centimeter" or "centimeters" or "centimetre" or "centimetres" => 1e4,
        "m" or "meter" or "meters" or "metre" or "metres" => 1e6,
        _ => null,
    };
}
