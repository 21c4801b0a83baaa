using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Types;

/// <summary>Type of a dataset's values on disk.</summary>
/// <param name="ElementType">The number type; null if we cannot read the values as numbers.</param>
/// <param name="Name">
/// Readable name: <c>uint16</c>, <c>bfloat16</c>, <c>enum of int8</c> (h5py's bool), <c>bitfield of uint8</c>, <c>string</c>,
/// <c>compound (r float32, i float32)</c>, <c>80-bit float</c>.
/// </param>
/// <param name="IsBigEndian">Byte order on disk; false for single bytes.</param>
public sealed record Hdf5Type(ElementType? ElementType, string Name, bool IsBigEndian)
{
    /// <summary>The types that are read, for messages.</summary>
    internal const string Readable = "integers, enums or bitfields of 8, 16, 32 or 64 bits, float16, bfloat16, float32 or float64";

    /// <summary>H5T_ORDER_BE and H5T_ORDER_VAX.</summary>
    private const int BigEndian = 1;
    private const int Vax = 2;

    private static readonly string[] Classes =
    [
        "integer", "float", "time", "string", "bitfield", "opaque", "compound", "reference", "enum", "variable-length", "array", "complex",
    ];

    /// <summary>Names of types that are no numbers; compounds name those of their members.</summary>
    private static readonly string[] OfNoNumbers = ["string", "time", "opaque", "reference", "variable-length"];

    /// <summary>
    /// True if the bytes on disk are those of the number, except for their order; false if only libhdf5 can convert them, e.g. 12 of 16
    /// bits.
    /// </summary>
    internal bool IsPlain { get; init; }

    /// <summary>True for numbers and what is made of them, such as complex numbers, whether or not we can read them.</summary>
    internal bool IsNumeric => ElementType is not null
        || !Name.Split(',', ')').Any(part => OfNoNumbers.Contains(part[(part.LastIndexOf(' ') + 1)..]));

    public override string ToString() => IsBigEndian ? $"big-endian {Name}" : Name;

    internal static Hdf5Type Of(long type)
    {
        var kind = H5T.get_class(type);
        if (kind != H5T.Enum)
        {
            return OfClass(kind, type);
        }
        using var values = Hdf5Handle.Type(H5T.get_super(type));
        var number = values.IsInvalid ? new Hdf5Type(null, "unknown", IsBigEndian: false) : OfClass(H5T.get_class(values.Id), values.Id);
        return number with { Name = $"enum of {number.Name}" };
    }

    /// <summary>The little-endian memory type that holds such numbers unchanged.</summary>
    internal static Hdf5Handle Memory(ElementType element) => element switch
    {
        Core.Planning.ElementType.Float16 => Float16(),
        Core.Planning.ElementType.Float32 => Hdf5Handle.Type(H5T.copy(H5T.Float32)),
        Core.Planning.ElementType.Float64 => Hdf5Handle.Type(H5T.copy(H5T.Float64)),
        _ => Hdf5Handle.Type(H5T.copy(Hdf5Library.Constant($"H5T_STD_{(IsUnsigned(element) ? "U" : "I")}{Bytes(element) * 8}LE_g"))),
    };

    /// <summary>Size of one value, bytes.</summary>
    public static int Bytes(ElementType element) => element switch
    {
        Core.Planning.ElementType.UInt8 or Core.Planning.ElementType.Int8 => 1,
        Core.Planning.ElementType.UInt16 or Core.Planning.ElementType.Int16 or Core.Planning.ElementType.Float16 => 2,
        Core.Planning.ElementType.UInt32 or Core.Planning.ElementType.Int32 or Core.Planning.ElementType.Float32 => 4,
        _ => 8,
    };

    private static Hdf5Type OfClass(int kind, long type)
    {
        var bytes = (int)Math.Min(H5T.get_size(type), int.MaxValue / 8);
        var order = kind is H5T.Integer or H5T.Float or H5T.Bitfield ? H5T.get_order(type) : 0;
        var isWhole = H5T.get_precision(type) == (nuint)bytes * 8 && H5T.get_offset(type) == 0;
        _ = H5E.clear(H5E.Default); // types such as strings have no precision
        var (element, isPlain) = kind switch
        {
            _ when order is not (0 or BigEndian) => (null, false),
            H5T.Integer => (Integer(bytes, isUnsigned: H5T.get_sign(type) == 0), isWhole),
            H5T.Bitfield when isWhole => (Integer(bytes, isUnsigned: true), true), // like h5py; libhdf5 does not convert them
            H5T.Float => Float(type, bytes, isWhole),
            _ => default((ElementType?, bool)),
        };
        var name = kind == H5T.Float && FloatName(type, bytes) is { } special ? special
            : element is { } known ? (kind == H5T.Bitfield ? "bitfield of " : "") + known.ToString().ToLowerInvariant()
            : kind is H5T.Integer or H5T.Float or H5T.Bitfield ? $"{bytes * 8}-bit {(order == Vax ? "VAX " : "")}{Classes[kind]}"
            : kind == H5T.Compound ? $"compound ({string.Join(", ", CompoundMembers.Of(type))})"
            : kind >= 0 && kind < Classes.Length ? Classes[kind] : "unknown";
        return new Hdf5Type(element, name, bytes > 1 && order == BigEndian) { IsPlain = isPlain };
    }

    private static ElementType? Integer(int bytes, bool isUnsigned) => (bytes, isUnsigned) switch
    {
        (1, true) => Core.Planning.ElementType.UInt8,
        (1, false) => Core.Planning.ElementType.Int8,
        (2, true) => Core.Planning.ElementType.UInt16,
        (2, false) => Core.Planning.ElementType.Int16,
        (4, true) => Core.Planning.ElementType.UInt32,
        (4, false) => Core.Planning.ElementType.Int32,
        (8, true) => Core.Planning.ElementType.UInt64,
        (8, false) => Core.Planning.ElementType.Int64,
        _ => null,
    };

    private static (ElementType? Element, bool IsPlain) Float(long type, int bytes, bool isWhole)
    {
        if (H5T.get_fields(type, out var sign, out var exponent, out var exponentBits, out var mantissa, out var mantissaBits) < 0)
        {
            return default;
        }
        // With another bias the exponents exceed those of the IEEE type of that width. The next wider type holds them all; h5py does the
        // same.
        var isBiased = H5T.get_ebias(type) != ((nuint)1 << ((int)Math.Clamp(exponentBits, 1, 32) - 1)) - 1;
        ElementType? element = (bytes, exponentBits, mantissaBits) switch
        {
            (2, 5, 10) => isBiased ? Core.Planning.ElementType.Float32 : Core.Planning.ElementType.Float16,
            (2, 8, 7) when !isBiased => Core.Planning.ElementType.Float32,
            (4, 8, 23) => isBiased ? Core.Planning.ElementType.Float64 : Core.Planning.ElementType.Float32,
            (8, 11, 52) => Core.Planning.ElementType.Float64,
            _ => null,
        };
        var isIeee = isWhole && !isBiased && H5T.get_norm(type) == 0
            && mantissa == 0 && exponent == mantissaBits && sign == mantissaBits + exponentBits;
        return (element, isIeee && element is { } read && Bytes(read) == bytes);
    }

    /// <summary>Name of a float that is not called by its size; null: it is.</summary>
    private static string? FloatName(long type, int bytes) =>
        H5T.get_order(type) == Vax || H5T.get_fields(type, out _, out _, out var exponent, out _, out var mantissa) < 0 ? null
        : (bytes, exponent, mantissa) switch
        {
            (2, 8, 7) => "bfloat16",
            (1, _, _) => $"8-bit float (E{exponent}M{mantissa})",
            (_, 15, 63 or 64) => "80-bit float (long double)",
            _ => null,
        };

    private static bool IsUnsigned(ElementType element) => element is Core.Planning.ElementType.UInt8 or Core.Planning.ElementType.UInt16
        or Core.Planning.ElementType.UInt32 or Core.Planning.ElementType.UInt64;

    /// <summary>IEEE binary16; the library predefines it only from 1.14.4 on.</summary>
    private static Hdf5Handle Float16()
    {
        var half = Hdf5Handle.Type(H5T.copy(H5T.Float32));
        // In this order, like h5py: the fields must fit before the size can shrink.
        _ = H5T.set_fields(half.Id, 15, 10, 5, 0, 10);
        _ = H5T.set_size(half.Id, 2);
        _ = H5T.set_ebias(half.Id, 15);
        return half;
    }
}
