namespace SrBatch.Core.Planning;

public static class ElementTypes
{
    /// <summary>Name of the type in numpy and h5py, e.g. <c>uint16</c>.</summary>
#pragma warning disable CA1308 // numpy's names are lower case
    public static string NumpyName(this ElementType type) => type.ToString().ToLowerInvariant();
#pragma warning restore CA1308

    /// <summary>The highest value of an integer type; null for floating-point types.</summary>
    public static double? MaxValue(this ElementType type) => type switch
    {
        ElementType.UInt8 => byte.MaxValue,
        ElementType.Int8 => sbyte.MaxValue,
        ElementType.UInt16 => ushort.MaxValue,
        ElementType.Int16 => short.MaxValue,
        ElementType.UInt32 => uint.MaxValue,
        ElementType.Int32 => int.MaxValue,
        ElementType.UInt64 => ulong.MaxValue,
        ElementType.Int64 => long.MaxValue,
        _ => null,
    };

    /// <summary>The lowest value of an integer type; null for floating-point types.</summary>
    public static double? MinValue(this ElementType type) => !IsSigned(type) ? (type.MaxValue() is null ? null : 0) : -type.MaxValue() - 1;

    /// <summary>True if values of another type keep their meaning in this type; a float may round them.</summary>
    public static bool Holds(this ElementType type, ElementType other) => (type.MaxValue(), other.MaxValue()) switch
    {
        (null, null) => type != ElementType.Float16 || other == ElementType.Float16,
        (null, { } highest) => type != ElementType.Float16 || highest <= byte.MaxValue,
        (_, null) => false,
        ({ } most, { } highest) => highest <= most && (IsSigned(type) || !IsSigned(other)),
    };

    /// <summary>Distance of neighbouring float32 numbers at a value of this type.</summary>
    /// <returns>Null if float32 holds every value of the type there.</returns>
    public static float? StepInSingle(this ElementType type, float value)
    {
        float size = Math.Abs(value);
        bool isFiner = type switch
        {
            ElementType.Int32 or ElementType.UInt32 or ElementType.Int64 or ElementType.UInt64 => size >= 1 << 24,
            ElementType.Float64 => size > 0,
            _ => false,
        };
        return isFiner ? MathF.BitIncrement(size) - size : null;
    }

    private static bool IsSigned(ElementType type) =>
        type is ElementType.Int8 or ElementType.Int16 or ElementType.Int32 or ElementType.Int64;
}
