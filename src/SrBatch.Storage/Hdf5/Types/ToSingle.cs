using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SrBatch.Core.Planning;

namespace SrBatch.Storage.Hdf5.Types;

/// <summary>Converts little-endian numbers to float32, rounded to nearest even as in C.</summary>
internal static unsafe class ToSingle
{
    // Uses 128 bits where it is faster: Native AOT compiles for processors without AVX2.

    /// <returns>A function that converts a number of values from the first address to the second.</returns>
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
        for (; n + 16 <= count; n += 16)
        {
            var (low, high) = Vector128.Widen(Vector128.Load(source + n));
            Store(Vector128.Widen(low.AsInt16()), to + n);
            Store(Vector128.Widen(high.AsInt16()), to + n + 8);
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
        for (; n + 8 <= count; n += 8)
        {
            var (low, high) = Vector128.Widen(Vector128.Load(from + n));
            Store((low.AsInt32(), high.AsInt32()), to + n);
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
        for (; n + 8 <= count; n += 8)
        {
            Store(Vector128.Widen(Vector128.Load(from + n)), to + n);
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
            // Not (float)value, which goes through double and rounds twice. Halved, with the lost bit kept for rounding, the value is
            // signed.
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store((Vector128<int> Low, Vector128<int> High) values, float* to)
    {
        Vector128.ConvertToSingle(values.Low).Store(to);
        Vector128.ConvertToSingle(values.High).Store(to + 4);
    }
}
