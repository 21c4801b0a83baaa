namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>LZF, h5py's own fast compression (filter 32000). Format: liblzf by Marc Lehmann.</summary>
internal static class Lzf
{
    /// <summary>Unpacks a chunk.</summary>
    /// <param name="packed">Literal runs and back references.</param>
    /// <param name="room">Where to; every access is checked, as the bytes come from a file.</param>
    /// <returns>Bytes written; -1 when the stream is damaged or does not fit.</returns>
    internal static int Decode(ReadOnlySpan<byte> packed, Span<byte> room)
    {
        var written = 0;
        for (var at = 0; at < packed.Length;)
        {
            int control = packed[at++];
            if (control < 32)
            {
                var run = control + 1;
                if (run > packed.Length - at || run > room.Length - written)
                {
                    return -1;
                }
                packed.Slice(at, run).CopyTo(room[written..]);
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
            for (var n = 0; n < length; n++) // byte by byte: source and target may overlap
            {
                room[written++] = room[from++];
            }
        }
        return written;
    }
}
