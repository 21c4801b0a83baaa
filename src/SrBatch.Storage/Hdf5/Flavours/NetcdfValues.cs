using System.Globalization;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>
/// The netCDF attributes that say what a dataset's numbers mean: <c>_Unsigned</c>, <c>_FillValue</c>, <c>missing_value</c>,
/// <c>valid_range</c>, <c>valid_min</c>, <c>valid_max</c>, <c>scale_factor</c> and <c>add_offset</c>. They are applied in this order, as
/// netCDF4-python does: missing values and limits are compared with the stored numbers.
/// </summary>
internal static class NetcdfValues
{
    internal const string FillValue = "_FillValue";

    /// <summary>NC_FILL_FLOAT and NC_FILL_DOUBLE: what the netCDF library puts where nothing was written.</summary>
    private const double DefaultFill = 9.9692099683868690e+36;

    private static readonly string[] Names =
        ["_Unsigned", FillValue, "missing_value", "valid_range", "valid_min", "valid_max", "scale_factor", "add_offset"];

    internal static ValueRule Of(Hdf5Dataset dataset)
    {
        var stored = dataset.ElementType;
        var attributes = dataset.Attributes;
        var sign = new ValueRule(stored) { Bits = OtherSign(stored, attributes.GetString("_Unsigned")) };
        List<string> assumptions = [];
        var range = Numbers("valid_range");
        // Without an attribute, 65535 or 255 may be a saturated camera; the default fill value of floats is no intensity.
        double[] fill = attributes.Has(FillValue) ? Numbers(FillValue) : IsFloat(stored) ? [Stored(DefaultFill)] : [];
        return new ValueRule(stored)
        {
            Bits = sign.Bits,
            Missing = [.. fill.Concat(Numbers("missing_value")).Where(value => !double.IsNaN(value)).Distinct()],
            Least = Limit(range.Length == 2 ? range[0] : Numbers("valid_min").FirstOrDefault(double.NaN)) ?? double.NegativeInfinity,
            Most = Limit(range.Length == 2 ? range[1] : Numbers("valid_max").FirstOrDefault(double.NaN)) ?? double.PositiveInfinity,
            Scale = Unpacking("scale_factor") ?? 1,
            Offset = Unpacking("add_offset") ?? 0,
            Assumptions = assumptions,
        };

        double[]? Written(string name)
        {
            var numbers = attributes.GetDoubles(name);
            if (numbers is null && attributes.Has(name))
            {
                assumptions.Add($"attribute {name} of '{dataset.Path}' is not a number and is not used");
            }
            return numbers;
        }

        double? Unpacking(string name) => Written(name) is [var number, ..] ? number : null;

        double? Limit(double limit) => double.IsNaN(limit) ? null : limit;

        double[] Numbers(string name)
        {
            if (Written(name) is not { } numbers)
            {
                return [];
            }
            numbers = Array.ConvertAll(numbers, number => Stored(sign.Signed(number)));
            if (IsFloat(stored) || Array.TrueForAll(numbers, IsWhole))
            {
                return numbers;
            }
            var first = Array.Find(numbers, number => !IsWhole(number)).ToString(CultureInfo.InvariantCulture);
            assumptions.Add($"attribute {name} of '{dataset.Path}' has {first}, which {dataset.Type} cannot hold, and is not used");
            return [];
        }

        // A fill value written as float64 must equal the float32 numbers of the image.
        double Stored(double value) => stored switch
        {
            ElementType.Float32 => (float)value,
            ElementType.Float16 => (double)(Half)value,
            _ => value,
        };
    }

    /// <summary>Names the attributes that would change the values if the file were netCDF.</summary>
    internal static ValueRule Ignored(Hdf5Dataset dataset)
    {
        string[] ignored = [.. Names.Where(dataset.Attributes.Has)];
        return new ValueRule(dataset.ElementType)
        {
            Assumptions = ignored.Length == 0 ? [] :
            [
                $"the file is not netCDF: attribute {string.Join(", ", ignored)} of '{dataset.Path}' does not change the values",
            ],
        };
    }

    private static bool IsFloat(ElementType type) => type is ElementType.Float16 or ElementType.Float32 or ElementType.Float64;

    private static bool IsWhole(double number) => number == Math.Floor(number) && double.IsFinite(number);

    private static ElementType? OtherSign(ElementType stored, string? isUnsigned) => (stored, isUnsigned?.ToUpperInvariant()) switch
    {
        (ElementType.Int8, "TRUE") => ElementType.UInt8,
        (ElementType.Int16, "TRUE") => ElementType.UInt16,
        (ElementType.Int32, "TRUE") => ElementType.UInt32,
        (ElementType.Int64, "TRUE") => ElementType.UInt64,
        (ElementType.UInt8, "FALSE") => ElementType.Int8,
        (ElementType.UInt16, "FALSE") => ElementType.Int16,
        (ElementType.UInt32, "FALSE") => ElementType.Int32,
        (ElementType.UInt64, "FALSE") => ElementType.Int64,
        _ => null,
    };
}
