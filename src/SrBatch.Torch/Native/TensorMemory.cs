using System.Runtime.InteropServices;

namespace SrBatch.Torch.Native;

/// <summary>
/// Memory for large tensors, out of one range of addresses: what is freed serves the next that fits, whatever its size, and neighbours grow together again.
/// glibc cannot do that: an aligned block needs a hole that is larger than itself, so that windows of a few different sizes took twice what was alive, or new
/// pages from the system each time (docs/adr/0019). Safe to call from several threads.
/// </summary>
internal sealed partial class TensorMemory
{
    /// <summary>Blocks are multiples of it: a memory page of 4 KiB many times, and a whole part of a large page.</summary>
    private const long Grain = 64 << 10;

    private const int ProtectReadWrite = 3, MapPrivateAnonymousNoReserve = 0x4022;

    private readonly Lock _lock = new();
    private readonly nint _start;
    private readonly long _length;

    /// <summary>Free parts by where they begin; no two touch.</summary>
    private readonly SortedList<long, long> _free = [];
    private readonly Dictionary<long, long> _used = [];
    private long _inUse;

    private TensorMemory(nint start, long length)
    {
        _start = start;
        _length = length;
        _free[0] = length;
    }

    /// <summary>Most bytes that were in use at once.</summary>
    public long Peak { get; private set; }

    /// <summary>Bytes from the beginning up to the last that ever was in use: what the system had to provide at most.</summary>
    public long Extent { get; private set; }

    /// <returns>Null when the system does not reserve so many addresses (ulimit -v, strict overcommit).</returns>
    public static TensorMemory? TryReserve(long bytes)
    {
        bytes = bytes / Grain * Grain;
        nint start = mmap(0, (nuint)bytes, ProtectReadWrite, MapPrivateAnonymousNoReserve, -1, 0);
        if (start == -1)
        {
            return null;
        }
        // No large pages: a virtual machine took six times as long to clear them as small ones (1.1 and 6.9 s in an image of 4096 x 4096, 2026-11-23).
        return new TensorMemory(start, bytes);
    }

    public bool Has(nint address) => address >= _start && address < _start + _length;

    /// <returns>0 when no free part is large enough.</returns>
    public nint Allocate(long bytes)
    {
        long wanted = (bytes + Grain - 1) / Grain * Grain;
        lock (_lock)
        {
            // The smallest that fits, the first of equals; there are a few dozen at most.
            int best = -1;
            for (int i = 0; i < _free.Count; i++)
            {
                if (_free.Values[i] >= wanted && (best < 0 || _free.Values[i] < _free.Values[best]))
                {
                    best = i;
                }
            }
            if (best < 0)
            {
                return 0;
            }
            (long at, long length) = (_free.Keys[best], _free.Values[best]);
            _free.RemoveAt(best);
            if (length > wanted)
            {
                _free[at + wanted] = length - wanted;
            }
            _used[at] = wanted;
            _inUse += wanted;
            Peak = Math.Max(Peak, _inUse);
            Extent = Math.Max(Extent, at + wanted);
            return _start + (nint)at;
        }
    }

    public void Free(nint address)
    {
        lock (_lock)
        {
            long at = address - _start;
            if (!_used.Remove(at, out long length))
            {
                return; // nothing can be thrown to whoever frees; a wild pointer is libtorch's fault
            }
            _inUse -= length;
            if (_free.Remove(at + length, out long behind))
            {
                length += behind;
            }
            int before = IndexBefore(at);
            if (before >= 0 && _free.Keys[before] + _free.Values[before] == at)
            {
                (at, length) = (_free.Keys[before], _free.Values[before] + length);
            }
            _free[at] = length;
        }
    }

    /// <returns>-1 when no free part begins before.</returns>
    private int IndexBefore(long at)
    {
        int low = 0, high = _free.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _free.Keys[middle] < at ? (middle + 1, high) : (low, middle);
        }
        return low - 1;
    }

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, long offset);
}
