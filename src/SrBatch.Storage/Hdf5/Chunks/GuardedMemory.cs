using System.Runtime.InteropServices;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>
/// Memory for reading stored chunks. H5Dread_chunk reads as many bytes as the index of the file says, whatever size it reported before. If
/// a damaged or malicious index says more than fits, the system call meets the unmapped page behind this memory and fails with EFAULT
/// instead of overrunning it. Pages that are never touched take no memory.
/// </summary>
internal sealed unsafe class GuardedMemory : SafeHandle
{
    private readonly nuint _mapped;

    /// <exception cref="InsufficientMemoryException">There is no address space left.</exception>
    internal GuardedMemory(long bytes)
        : base(invalidHandleValue: -1, ownsHandle: true)
    {
        var page = Environment.SystemPageSize;
        var usable = (bytes + page - 1) / page * page;
        _mapped = (nuint)(usable + page);
        const int Protection = Libc.PROT_READ | Libc.PROT_WRITE, Flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE;
        SetHandle(Libc.mmap(0, _mapped, Protection, Flags, -1, 0));
        if (IsInvalid || Libc.mprotect(handle + (nint)usable, (nuint)page, Libc.PROT_NONE) != 0)
        {
            throw new InsufficientMemoryException($"no {bytes} bytes for chunks of a file");
        }
    }

    public override bool IsInvalid => handle == -1;

    internal byte* Start => (byte*)handle;

    protected override bool ReleaseHandle() => Libc.munmap(handle, _mapped) == 0;
}
