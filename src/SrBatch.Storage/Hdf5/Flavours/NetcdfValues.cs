using System.Globalization;
using SrBatch.Core.Errors;
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

    /// <exception cref="SrBatchException">By these attributes no value is a finite number (exit 65).</exception>
    internal static ValueRule Of(Hdf5Dataset dataset)
    {
        var stored = dataset.ElementType;
        var attributes = new NetcdfAttributes(dataset);
        var sign = new ValueRule(stored) { Bits = OtherSign(stored, attributes.Sign()) };
        // Without an attribute, 65535 or 255 may be a saturated camera; the default fill value of floats is no intensity.
        double[] fill = attributes.Has(FillValue) ? Numbers(FillValue) : IsFloat(stored) ? [Stored(DefaultFill)] : [];
        var missing = fill.Concat(Numbers("missing_value"));
        var (least, most) = (Numbers("valid_range", 2), Numbers("valid_min", 1), Numbers("valid_max", 1)) switch
        {
            ([var low, var high], _, _) => (low, high),
            (_, var low, var high) => (low.FirstOrDefault(double.NegativeInfinity), high.FirstOrDefault(double.PositiveInfinity)),
        };
        attributes.RequireValues(sign.Meaning, least, most);
        return new ValueRule(stored)
        {
            Bits = sign.Bits,
            Missing = [.. missing.Where(value => !double.IsNaN(value)).Distinct()],
            Least = least,
            Most = most,
            Scale = attributes.Unpacking("scale_factor") ?? 1,
            Offset = attributes.Unpacking("add_offset") ?? 0,
            Assumptions = attributes.Assumptions,
        };

        double[] Numbers(string name, int? count = null)
        {
            var numbers = Array.ConvertAll(attributes.Numbers(name, count), number => Stored(sign.Signed(number)));
            var isLimit = count is not null;
            if (Array.TrueForAll(numbers, number => IsFloat(stored) ? !isLimit || !double.IsNaN(number) : IsWhole(number)))
            {
                return numbers;
            }
            var first = Array.Find(numbers, number => !IsWhole(number)).ToString(CultureInfo.InvariantCulture);
            attributes.Skip(name, IsFloat(stored) ? "has NaN" : $"has {first}, which {dataset.Type} cannot hold,");
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

    private static ElementType? OtherSign(ElementType stored, bool? isUnsigned) => (stored, isUnsigned) switch
    {
        (ElementType.Int8, true) => ElementType.UInt8,
        (ElementType.Int16, true) => ElementType.UInt16,
        (ElementType.Int32, true) => ElementType.UInt32,
        (ElementType.Int64, true) => ElementType.UInt64,
        (ElementType.UInt8, false) => ElementType.Int8,
        (ElementType.UInt16, false) => ElementType.Int16,
        (ElementType.UInt32, false) => ElementType.Int32,
        (ElementType.UInt64, false) => ElementType.Int64,
        _ => null,
    };
}
