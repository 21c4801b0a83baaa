using System.Runtime.InteropServices;
using SrBatch.Storage.Hdf5.Native;

namespace SrBatch.Storage.Hdf5.Filters;

/// <summary>
/// Registers with libhdf5 the filters that microscopes and h5py use but it lacks, so that nobody must install a plugin. They serve reads
/// through the library: virtual datasets, and chunks that also have a filter we do not know. A plugin on the node takes precedence.
/// </summary>
internal static unsafe class BuiltInFilters
{
    /// <summary>H5Z_FLAG_REVERSE: unpack.</summary>
    private const uint Reverse = 0x100;

    /// <summary>Whether the filters are registered; guarded by the library's lock.</summary>
    private static bool _isRegistered;

    /// <summary>Registers the filters once a process; called before every file is opened. The caller holds the library's lock.</summary>
    internal static void Register()
    {
        if (_isRegistered)
        {
            return;
        }
        _isRegistered = true;
        Register(FilterId.Lzf, "lzf\0"u8, &UnpackLzf);
        Register(FilterId.Lz4, "lz4\0"u8, &UnpackLz4);
        Register(FilterId.Zstd, "zstd\0"u8, &UnpackZstd);
    }

    private static void Register(
        int id,
        ReadOnlySpan<byte> name,
        delegate* unmanaged<uint, nuint, uint*, nuint, nuint*, void**, nuint> unpack)
    {
        if (H5Z.filter_avail(id) > 0)
        {
            return;
        }
        fixed (byte* text = name)
        {
            // The library copies the struct. The name is a constant of the program and does not move.
            var filter = new H5Z.FilterClass { Version = 1, Id = id, Encodes = 0, Decodes = 1, Name = (nint)text, Filter = (nint)unpack };
            _ = H5Z.register(&filter);
        }
        _ = H5E.clear(H5E.Default);
    }

    [UnmanagedCallersOnly]
    private static nuint UnpackLzf(uint flags, nuint valueCount, uint* values, nuint bytes, nuint* roomBytes, void** buffer)
    {
        // h5py stores the chunk size as the third value.
        var size = valueCount >= 3 && values[2] > 0 ? values[2] : *roomBytes;
        return Unpack(flags, bytes, roomBytes, buffer, size, &Lzf.Decode);
    }

    [UnmanagedCallersOnly]
    private static nuint UnpackLz4(uint flags, nuint valueCount, uint* values, nuint bytes, nuint* roomBytes, void** buffer)
    {
        var size = bytes > int.MaxValue ? -1 : Lz4.Size(new ReadOnlySpan<byte>(*buffer, (int)bytes));
        return size < 0 ? 0 : Unpack(flags, bytes, roomBytes, buffer, (ulong)size, &Lz4.Decode);
    }

    [UnmanagedCallersOnly]
    private static nuint UnpackZstd(uint flags, nuint valueCount, uint* values, nuint bytes, nuint* roomBytes, void** buffer)
    {
        var size = bytes > int.MaxValue ? -1 : Zstd.Size(new ReadOnlySpan<byte>(*buffer, (int)bytes));
        return size < 0 ? 0 : Unpack(flags, bytes, roomBytes, buffer, (ulong)size, &Zstd.Decode);
    }

    /// <summary>Replaces the chunk by its unpacked bytes; returns 0 on failure.</summary>
    private static nuint Unpack(
        uint flags, nuint bytes, nuint* roomBytes, void** buffer, ulong size, delegate*<ReadOnlySpan<byte>, Span<byte>, int> decode)
    {
        if ((flags & Reverse) == 0 || bytes > int.MaxValue || size is 0 or > int.MaxValue)
        {
            return 0;
        }
        var room = Alloc((nuint)size);
        if (room is null)
        {
            return 0;
        }
        var written = decode(new ReadOnlySpan<byte>(*buffer, (int)bytes), new Span<byte>(room, (int)size));
        if (written <= 0)
        {
            NativeMemory.Free(room);
            return 0;
        }
        NativeMemory.Free(*buffer); // C's free, like the library's own filters
        *buffer = room;
        *roomBytes = (nuint)size;
        return (nuint)written;
    }

    /// <summary>Null if there is not enough memory: an exception must not pass through C.</summary>
    private static void* Alloc(nuint bytes)
    {
        try
        {
            return NativeMemory.AllocZeroed(bytes);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }
}
