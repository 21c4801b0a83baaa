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
}
