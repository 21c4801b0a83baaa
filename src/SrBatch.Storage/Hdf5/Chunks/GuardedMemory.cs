using System.Runtime.InteropServices;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>
/// Memory that stored chunks are read into. H5Dread_chunk reads as many bytes as the file's index names, whatever size it told before:
/// where a damaged or hostile index names more, the system call meets the unmapped page behind this memory and fails with EFAULT, so
/// that an error follows and not an overrun. Pages never touched take no memory.
/// </summary>
internal sealed unsafe class GuardedMemory : SafeHandle
{
    private readonly nuint _mapped;

    /// <exception cref="InsufficientMemoryException">The system gives no more address space.</exception>
    internal GuardedMemory(long bytes)
        : base(invalidHandleValue: -1, ownsHandle: true)
    {
        var page = Environment.SystemPageSize;
        var usable = (bytes + page - 1) / page * page;
        _mapped = (nuint)(usable + page);
        SetHandle(Libc.mmap(0, _mapped, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE, -1, 0));
        if (IsInvalid || Libc.mprotect(handle + (nint)usable, (nuint)page, Libc.PROT_NONE) != 0)
        {
            throw new InsufficientMemoryException($"no {bytes} bytes for chunks of a file");
        }
    }

    public override bool IsInvalid => handle == -1;

    internal byte* Start => (byte*)handle;

    protected override bool ReleaseHandle() => Libc.munmap(handle, _mapped) == 0;
}
