using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5;

/// <summary>What a dataset's values are on disk.</summary>
/// <param name="ElementType">The number type; null when the values are no numbers that we read.</param>
/// <param name="Name">For people: <c>uint16</c>, <c>float32</c>, <c>string</c>, <c>compound</c>, <c>128-bit float</c>.</param>
/// <param name="IsBigEndian">Byte order on disk; false for single bytes.</param>
public sealed record Hdf5Type(ElementType? ElementType, string Name, bool IsBigEndian)
{
    private static readonly string[] Classes =
        ["integer", "float", "time", "string", "bitfield", "opaque", "compound", "reference", "enum", "variable-length", "array", "complex"];

    public override string ToString() => IsBigEndian ? $"big-endian {Name}" : Name;

    internal static Hdf5Type Of(long type)
    {
        var kind = H5T.get_class(type);
        var bytes = (long)Math.Min(H5T.get_size(type), int.MaxValue); // what a header claims, too
        var isBigEndian = bytes > 1 && kind is H5T.Integer or H5T.Float && H5T.get_order(type) == 1;
        ElementType? element = kind switch
        {
            H5T.Integer => (bytes, H5T.get_sign(type)) switch
            {
                (1, 0) => Core.Planning.ElementType.UInt8,
                (1, _) => Core.Planning.ElementType.Int8,
                (2, 0) => Core.Planning.ElementType.UInt16,
                (2, _) => Core.Planning.ElementType.Int16,
                (4, 0) => Core.Planning.ElementType.UInt32,
                (4, _) => Core.Planning.ElementType.Int32,
                (8, 0) => Core.Planning.ElementType.UInt64,
                (8, _) => Core.Planning.ElementType.Int64,
                _ => null,
            },
            H5T.Float when H5T.get_fields(type, out _, out _, out var exponent, out _, out var mantissa) >= 0 => (bytes, exponent, mantissa) switch
            {
                (2, 5, 10) => Core.Planning.ElementType.Float16,
                (4, 8, 23) => Core.Planning.ElementType.Float32,
                (8, 11, 52) => Core.Planning.ElementType.Float64,
                _ => null,
            },
            _ => null,
        };
        var name = element is { } known ? known.ToString().ToLowerInvariant()
            : kind is H5T.Integer or H5T.Float ? $"{bytes * 8}-bit {Classes[kind]}"
            : kind >= 0 && kind < Classes.Length ? Classes[kind] : "unknown";
        return new Hdf5Type(element, name, isBigEndian);
    }

    /// <summary>The little-endian type of our memory that holds such numbers unchanged.</summary>
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

    private static bool IsUnsigned(ElementType element) => element is Core.Planning.ElementType.UInt8 or Core.Planning.ElementType.UInt16
        or Core.Planning.ElementType.UInt32 or Core.Planning.ElementType.UInt64;

    /// <summary>IEEE binary16; the library names it only from 1.14.4 on.</summary>
    private static Hdf5Handle Float16()
    {
        var half = Hdf5Handle.Type(H5T.copy(H5T.Float32));
        // In this order, as h5py does: the fields must fit before the size may shrink.
        _ = H5T.set_fields(half.Id, 15, 10, 5, 0, 10);
        _ = H5T.set_size(half.Id, 2);
        _ = H5T.set_ebias(half.Id, 15);
        return half;
    }
}
