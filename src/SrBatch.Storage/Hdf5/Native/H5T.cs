using System.Runtime.InteropServices;

namespace SrBatch.Storage.Hdf5.Native;

/// <summary>Datatypes.</summary>
internal static partial class H5T
{
    /// <summary>H5T_class_t.</summary>
    internal const int Integer = 0;
    internal const int Float = 1;
    internal const int String = 3;
    internal const int Bitfield = 4;
    internal const int Compound = 6;
    internal const int Reference = 7;
    internal const int Enum = 8;
    internal const int VariableLength = 9;

    /// <summary>H5T_VARIABLE.</summary>
    internal static nuint Variable => nuint.MaxValue;

    internal static long NativeFloat => Hdf5Library.Constant("H5T_NATIVE_FLOAT_g");
    internal static long NativeDouble => Hdf5Library.Constant("H5T_NATIVE_DOUBLE_g");
    internal static long NativeInt64 => Hdf5Library.Constant("H5T_NATIVE_INT64_g");
    internal static long Int32 => Hdf5Library.Constant("H5T_STD_I32LE_g");
    internal static long Float32 => Hdf5Library.Constant("H5T_IEEE_F32LE_g");
    internal static long Float64 => Hdf5Library.Constant("H5T_IEEE_F64LE_g");
    internal static long ObjectReference => Hdf5Library.Constant("H5T_STD_REF_OBJ_g");
    internal static long CString => Hdf5Library.Constant("H5T_C_S1_g");

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tcopy")]
    internal static partial long copy(long type);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tget_class")]
    internal static partial int get_class(long type);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tequal")]
    internal static partial int equal(long type, long other);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tget_size")]
    internal static partial nuint get_size(long type);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tset_size")]
    internal static partial int set_size(long type, nuint size);

    /// <summary>Type of an enum's values, or of the elements of a variable-length type; the caller must close it.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tget_super")]
    internal static partial long get_super(long type);

    /// <summary>Number of significant bits.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tget_precision")]
    internal static partial nuint get_precision(long type);

    /// <summary>Number of padding bits below the significant ones.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tget_offset")]
    internal static partial int get_offset(long type);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tget_ebias")]
    internal static partial nuint get_ebias(long type);

    /// <summary>0: the first bit of the mantissa is implied, as in IEEE 754.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tget_norm")]
    internal static partial int get_norm(long type);

    /// <summary>0 little endian, 1 big endian, 2 VAX.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tget_order")]
    internal static partial int get_order(long type);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tset_order")]
    internal static partial int set_order(long type, int order);

    /// <summary>0 unsigned, 1 two's complement.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tget_sign")]
    internal static partial int get_sign(long type);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tget_fields")]
    internal static partial int get_fields(
        long type,
        out nuint signPosition,
        out nuint exponentPosition,
        out nuint exponentBits,
        out nuint mantissaPosition,
        out nuint mantissaBits);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tset_fields")]
    internal static partial int set_fields(
        long type, nuint signPosition, nuint exponentPosition, nuint exponentBits, nuint mantissaPosition, nuint mantissaBits);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tset_ebias")]
    internal static partial int set_ebias(long type, nuint bias);

    /// <summary>1 is H5T_CSET_UTF8.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tset_cset")]
    internal static partial int set_cset(long type, int characters);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tis_variable_str")]
    internal static partial int is_variable_str(long type);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tcreate")]
    internal static partial long create(int kind, nuint size);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tinsert", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int insert(long compound, string name, nuint offset, long member);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tvlen_create")]
    internal static partial long vlen_create(long element);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tget_nmembers")]
    internal static partial int get_nmembers(long compound);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tget_member_type")]
    internal static partial long get_member_type(long compound, uint member);

    /// <summary>The caller must free the text with <see cref="H5.free_memory"/>.</summary>
    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tget_member_name")]
    internal static partial nint get_member_name(long compound, uint member);

    [LibraryImport(Hdf5Library.Name, EntryPoint = "H5Tclose")]
    internal static partial int close(long type);

    /// <summary>Frees the memory that reading variable-length values left in <paramref name="buffer"/>.</summary>
    internal static unsafe int reclaim(long type, long space, void* buffer)
    {
        // The first name from 1.12 on, the second before.
        var free = (delegate* unmanaged<long, long, long, void*, int>)Hdf5Library.Export("H5Treclaim", "H5Dvlen_reclaim");
        return free(type, space, H5P.Default, buffer);
    }
}
