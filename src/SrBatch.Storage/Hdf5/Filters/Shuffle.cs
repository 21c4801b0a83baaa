using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>
/// Filter 2: stores the first bytes of all values, then all second bytes, and so on. Bytes after the last complete value stay at the end.
/// </summary>
internal static unsafe class Shuffle
{
    /// <summary>Restores the order of the bytes.</summary>
    /// <param name="shuffled">Bytes of the chunk.</param>
    /// <param name="values">Room for as many bytes.</param>
    /// <param name="valueBytes">Size of a value, at least 1.</param>
    internal static void Undo(ReadOnlySpan<byte> shuffled, Span<byte> values, int valueBytes)
    {
        var count = shuffled.Length / valueBytes;
        var whole = count * valueBytes;
        shuffled[whole..].CopyTo(values[whole..]);
        fixed (byte* source = shuffled, target = values[..shuffled.Length])
        {
            // 128 bits: Native AOT compiles for processors without AVX2, so that Avx2.IsSupported is false (.NET 10).
            var done = valueBytes switch
            {
                1 => Copy(shuffled[..whole], values),
                2 when Sse2.IsSupported => Undo2(source, target, count),
                4 when Sse2.IsSupported => Undo4(source, target, count),
                8 when Sse2.IsSupported => Undo8(source, target, count),
                _ => 0,
            };
            unchecked
            {
                for (var plane = 0; plane < valueBytes; plane++)
                {
                    var from = source + (nint)plane * count;
                    var to = target + plane;
                    for (var n = done; n < count; n++)
                    {
                        to[(nint)n * valueBytes] = from[n];
                    }
                }
            }
        }
    }

    /// <summary>Sorts the bytes of the values by significance.</summary>
    /// <param name="values">The values.</param>
    /// <param name="valueBytes">Size of a value, at least 1.</param>
    /// <param name="shuffled">Room for as many bytes.</param>
    internal static void Do(ReadOnlySpan<byte> values, int valueBytes, Span<byte> shuffled)
    {
        var count = values.Length / valueBytes;
        var done = valueBytes == sizeof(uint) ? Do4(MemoryMarshal.Cast<byte, uint>(values), shuffled) : 0;
        for (var significance = 0; significance < valueBytes; significance++)
        {
            for (var n = done; n < count; n++)
            {
                shuffled[significance * count + n] = values[n * valueBytes + significance];
            }
        }
    }

    /// <returns>Number of values done, a multiple of 16.</returns>
    private static int Do4(ReadOnlySpan<uint> values, Span<byte> shuffled)
    {
        const int Step = 16;
        var done = 0;
        for (; done + Step <= values.Length; done += Step)
        {
            var first = Vector128.Create(values[done..]);
            var second = Vector128.Create(values[(done + 4)..]);
            var third = Vector128.Create(values[(done + 8)..]);
            var fourth = Vector128.Create(values[(done + 12)..]);
            for (var significance = 0; significance < sizeof(uint); significance++)
            {
                var bits = significance * 8;
                // Narrowing keeps the lower half of each number.
                var low = Vector128.Narrow(first >>> bits, second >>> bits);
                var high = Vector128.Narrow(third >>> bits, fourth >>> bits);
                Vector128.Narrow(low, high).CopyTo(shuffled[(significance * values.Length + done)..]);
            }
        }
        return done;
    }

    private static int Copy(ReadOnlySpan<byte> source, Span<byte> target)
    {
        source.CopyTo(target);
        return source.Length;
    }

    /// <returns>Number of values done, a multiple of 16.</returns>
    private static int Undo2(byte* source, byte* target, int count)
    {
        var n = 0;
        for (; n + 16 <= count; n += 16)
        {
            var (low, high) = Woven(source + n, count);
            Sse2.Store(target + 2L * n, low.AsByte());
            Sse2.Store(target + 2L * n + 16, high.AsByte());
        }
        return n;
    }

    /// <inheritdoc cref="Undo2"/>
    private static int Undo4(byte* source, byte* target, int count)
    {
        long plane = count;
        var n = 0;
        for (; n + 16 <= count; n += 16)
        {
            var (low01, high01) = Woven(source + n, plane);
            var (low23, high23) = Woven(source + n + 2 * plane, plane);
            var to = target + 4L * n;
            Sse2.Store(to, Sse2.UnpackLow(low01, low23).AsByte());
            Sse2.Store(to + 16, Sse2.UnpackHigh(low01, low23).AsByte());
            Sse2.Store(to + 32, Sse2.UnpackLow(high01, high23).AsByte());
            Sse2.Store(to + 48, Sse2.UnpackHigh(high01, high23).AsByte());
        }
        return n;
    }

    /// <inheritdoc cref="Undo2"/>
    private static int Undo8(byte* source, byte* target, int count)
    {
        long plane = count;
        var n = 0;
        for (; n + 16 <= count; n += 16)
        {
            var (low01, high01) = Woven(source + n, plane);
            var (low23, high23) = Woven(source + n + 2 * plane, plane);
            var (low45, high45) = Woven(source + n + 4 * plane, plane);
            var (low67, high67) = Woven(source + n + 6 * plane, plane);
            Store8(target + 8L * n, low01, low23, low45, low67);
            Store8(target + 8L * n + 64, high01, high23, high45, high67);
        }
        return n;
    }

    /// <summary>Interleaves 16 bytes of one plane with 16 of the next: two bytes each of 8 values, and of 8 more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<ushort> Low, Vector128<ushort> High) Woven(byte* from, long plane)
    {
        var even = Sse2.LoadVector128(from);
        var odd = Sse2.LoadVector128(from + plane);
        return (Sse2.UnpackLow(even, odd).AsUInt16(), Sse2.UnpackHigh(even, odd).AsUInt16());
    }

    /// <summary>Stores 8 values; each vector has two bytes of every value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store8(byte* target, Vector128<ushort> b01, Vector128<ushort> b23, Vector128<ushort> b45, Vector128<ushort> b67)
    {
        var low0123 = Sse2.UnpackLow(b01, b23).AsUInt32();
        var high0123 = Sse2.UnpackHigh(b01, b23).AsUInt32();
        var low4567 = Sse2.UnpackLow(b45, b67).AsUInt32();
        var high4567 = Sse2.UnpackHigh(b45, b67).AsUInt32();
        Sse2.Store(target, Sse2.UnpackLow(low0123, low4567).AsByte());
        Sse2.Store(target + 16, Sse2.UnpackHigh(low0123, low4567).AsByte());
        Sse2.Store(target + 32, Sse2.UnpackLow(high0123, high4567).AsByte());
        Sse2.Store(target + 48, Sse2.UnpackHigh(high0123, high4567).AsByte());
    }
}
