using System.Runtime.InteropServices;

namespace SrBatch.Torch.Native;

/// <summary>
/// Memory for large tensors from one range of addresses: a freed block is used again for any size that fits, and neighbouring free blocks
/// are merged. glibc cannot do that: an aligned block needs a hole larger than itself, so with windows of a few different sizes it took
/// twice the memory in use, or new pages from the system each time (docs/adr/0019). Safe to call from several threads.
/// </summary>
internal sealed partial class TensorMemory
{
    /// <summary>Sizes are multiples of this: several memory pages of 4 KiB, and a fraction of a large page.</summary>
    private const long Grain = 64 << 10;

    private const int ProtectReadWrite = 3, MapPrivateAnonymousNoReserve = 0x4022;

    private readonly Lock _lock = new();
    private readonly nint _start;
    private readonly long _length;

    /// <summary>Free parts, start and length; no two touch.</summary>
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

    /// <summary>Bytes from the start to the last one that was ever in use: the most memory that the system had to provide.</summary>
    public long Extent { get; private set; }

    /// <returns>Null when the system does not allow so many addresses (ulimit -v, strict overcommit).</returns>
    public static TensorMemory? TryReserve(long bytes)
    {
        bytes = bytes / Grain * Grain;
        nint start = mmap(0, (nuint)bytes, ProtectReadWrite, MapPrivateAnonymousNoReserve, -1, 0);
        if (start == -1)
        {
            return null;
        }
        // No large pages: on a virtual machine, clearing them took six times as long (6.9 s instead of 1.1 s in an image of 4096 x 4096,
        // 2026-11-23).
        return new TensorMemory(start, bytes);
    }

    public bool Has(nint address) => address >= _start && address < _start + _length;

    /// <returns>0 when no free part is large enough.</returns>
    public nint Allocate(long bytes)
    {
        long wanted = (bytes + Grain - 1) / Grain * Grain;
        lock (_lock)
        {
            // Takes the smallest part that fits, the first of equals; there are a few dozen at most.
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
                return; // a wild pointer from libtorch; native code cannot catch an exception
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

    /// <returns>Index of the last free part that starts before an address; -1 when there is none.</returns>
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
