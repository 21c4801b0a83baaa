using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using SrBatch.Core.Planning;

namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>Little-endian numbers to float32, rounded to nearest even as C does.</summary>
internal static unsafe class ToSingle
{
    // Explicit AVX2 where it pays, as Native AOT compiles for old processors and asks the processor where it is asked to.

    /// <returns>Converts so many values from the first place to the second.</returns>
    internal static delegate*<byte*, byte*, nint, void> From(ElementType element) => element switch
    {
        ElementType.UInt8 => &UInt8,
        ElementType.Int8 => &Int8,
        ElementType.UInt16 => &UInt16,
        ElementType.Int16 => &Int16,
        ElementType.UInt32 => &UInt32,
        ElementType.Int32 => &Int32,
        ElementType.UInt64 => &UInt64,
        ElementType.Int64 => &Int64,
        ElementType.Float16 => &Float16,
        ElementType.Float64 => &Float64,
        _ => throw new ArgumentOutOfRangeException(nameof(element), element, "needs no conversion"),
    };

    private static void UInt8(byte* source, byte* destination, nint count)
    {
        var to = (float*)destination;
        nint n = 0;
        if (Avx2.IsSupported)
        {
            for (; n + 8 <= count; n += 8)
            {
                Avx.Store(to + n, Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(source + n)));
            }
        }
        for (; n < count; n++)
        {
            to[n] = source[n];
        }
    }

    private static void Int8(byte* source, byte* destination, nint count)
    {
        for (nint n = 0; n < count; n++)
        {
            ((float*)destination)[n] = ((sbyte*)source)[n];
        }
    }

    private static void UInt16(byte* source, byte* destination, nint count)
    {
        var from = (ushort*)source;
        var to = (float*)destination;
        nint n = 0;
        if (Avx2.IsSupported)
        {
            for (; n + 16 <= count; n += 16)
            {
                Avx.Store(to + n, Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(from + n)));
                Avx.Store(to + n + 8, Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(from + n + 8)));
            }
        }
        for (; n < count; n++)
        {
            to[n] = from[n];
        }
    }

    private static void Int16(byte* source, byte* destination, nint count)
    {
        var from = (short*)source;
        var to = (float*)destination;
        nint n = 0;
        if (Avx2.IsSupported)
        {
            for (; n + 16 <= count; n += 16)
            {
                Avx.Store(to + n, Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(from + n)));
                Avx.Store(to + n + 8, Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(from + n + 8)));
            }
        }
        for (; n < count; n++)
        {
            to[n] = from[n];
        }
    }

    private static void UInt32(byte* source, byte* destination, nint count)
    {
        for (nint n = 0; n < count; n++)
        {
            ((float*)destination)[n] = Unsafe.ReadUnaligned<uint>(source + n * sizeof(uint));
        }
    }

    private static void Int32(byte* source, byte* destination, nint count)
    {
        for (nint n = 0; n < count; n++)
        {
            ((float*)destination)[n] = Unsafe.ReadUnaligned<int>(source + n * sizeof(int));
        }
    }

    private static void UInt64(byte* source, byte* destination, nint count)
    {
        for (nint n = 0; n < count; n++)
        {
            var value = Unsafe.ReadUnaligned<ulong>(source + n * sizeof(ulong));
            // Not (float)value: that goes through double and rounds twice. Halved, with the lost bit kept for the rounding, it is signed.
            ((float*)destination)[n] = value <= long.MaxValue ? (long)value : 2f * (long)(value >> 1 | value & 1);
        }
    }

    private static void Int64(byte* source, byte* destination, nint count)
    {
        for (nint n = 0; n < count; n++)
        {
            ((float*)destination)[n] = Unsafe.ReadUnaligned<long>(source + n * sizeof(long));
        }
    }

    private static void Float16(byte* source, byte* destination, nint count)
    {
        for (nint n = 0; n < count; n++)
        {
            ((float*)destination)[n] = (float)Unsafe.ReadUnaligned<Half>(source + n * sizeof(Half));
        }
    }

    private static void Float64(byte* source, byte* destination, nint count)
    {
        for (nint n = 0; n < count; n++)
        {
            ((float*)destination)[n] = (float)Unsafe.ReadUnaligned<double>(source + n * sizeof(double));
        }
    }
}
