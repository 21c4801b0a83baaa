using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>LZF, h5py's own fast compression (filter 32000). Format: liblzf by Marc Lehmann.</summary>
internal static class Lzf
{
    /// <summary>Bytes moved at once if both sides have as many left. Surplus bytes are overwritten by the next ones.</summary>
    private const int Step = 16;

    /// <summary>Unpacks a chunk.</summary>
    /// <param name="packed">Literal runs and back references.</param>
    /// <param name="room">Room for the unpacked bytes. Every access is checked because the input comes from a file.</param>
    /// <returns>Number of bytes written; -1 if the stream is damaged or does not fit.</returns>
    internal static int Decode(ReadOnlySpan<byte> packed, Span<byte> room)
    {
        var written = 0;
        for (var at = 0; at < packed.Length;)
        {
            int control = packed[at++];
            if (control < 32)
            {
                var run = control + 1;
                if (packed.Length - at >= 2 * Step && room.Length - written >= 2 * Step)
                {
                    Move(packed, at, room, written);
                    Move(packed, at + Step, room, written + Step);
                }
                else if (run > packed.Length - at || run > room.Length - written)
                {
                    return -1;
                }
                else
                {
                    packed.Slice(at, run).CopyTo(room[written..]);
                }
                at += run;
                written += run;
                continue;
            }
            var length = control >> 5;
            var extra = length == 7 ? 1 : 0;
            if (packed.Length - at < extra + 1)
            {
                return -1;
            }
            length += 2 + (extra == 1 ? packed[at] : 0);
            var from = written - ((control & 31) << 8) - packed[at + extra] - 1;
            at += extra + 1;
            if (from < 0 || length > room.Length - written)
            {
                return -1;
            }
            Repeat(room, from, written, length);
            written += length;
        }
        return written;
    }

    /// <summary>Copies forwards within <paramref name="room"/>. If the ranges overlap, bytes just copied are copied again.</summary>
    private static void Repeat(Span<byte> room, int from, int to, int length)
    {
        if (to - from == 1)
        {
            room.Slice(to, length).Fill(room[from]);
            return;
        }
        if (to - from < Step || room.Length - to < length + Step)
        {
            for (var n = 0; n < length; n++)
            {
                room[to + n] = room[from + n];
            }
            return;
        }
        for (var n = 0; n < length; n += Step)
        {
            Move(room, from + n, room, to + n);
        }
    }

    /// <summary>Moves <see cref="Step"/> bytes. The callers have checked that both places have as many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Move(ReadOnlySpan<byte> source, int at, Span<byte> target, int to) =>
        Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(source), (nuint)at)
            .StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)to);
}
