using System.Runtime.InteropServices;

namespace SrBatch.Torch.Native;

/// <summary>
/// Makes libtorch take the memory of large CPU tensors from <see cref="TensorMemory"/>, by replacing its c10::Allocator. There is no C
/// interface for this, so this class builds a C++ object in GCC's layout. Before that it asks libtorch's own allocator for a block and
/// checks that the answer has the expected form. If it has not, nothing changes.
/// </summary>
internal static unsafe partial class TensorAllocator
{
    /// <summary>Smaller blocks still come from libtorch's own allocator.</summary>
    private const long LeastBytes = 1 << 20;

    private static TensorMemory? _memory;
    private static CppObject* _original;
    private static delegate* unmanaged<nint, void> _originalFree;

    /// <summary>Most bytes of large tensors that were alive at once; 0 when this allocator is not installed.</summary>
    public static long Peak => _memory?.Peak ?? 0;

    /// <summary>Call before the first tensor is made.</summary>
    /// <param name="mostBytes">Address space to reserve; physical memory is taken only as it is used.</param>
    /// <returns>Whether it is installed.</returns>
    public static bool TryInstall(long mostBytes)
    {
        if (_memory is not null)
        {
            return true;
        }
        _original = (CppObject*)GetCPUAllocator();
        _originalFree = _original->Table->RawDeleter(_original);
        if (!IsAsExpected() || TensorMemory.TryReserve(mostBytes) is not { } memory)
        {
            return false;
        }
        _memory = memory;
        // GCC puts two values before a table, the offset to the whole object and the type's description; allocators do not need them.
        var table = (nint*)NativeMemory.AllocZeroed(2 + (nuint)(sizeof(Methods) / sizeof(nint)), (nuint)sizeof(nint)) + 2;
        *(Methods*)table = new Methods
        {
            Destroy = &Nothing,
            Delete = &Nothing,
            Allocate = &Allocate,
            IsSimple = _original->Table->IsSimple,
            RawDeleter = &RawDeleter,
            CopyData = _original->Table->CopyData,
        };
        var self = (CppObject*)NativeMemory.Alloc((nuint)sizeof(CppObject));
        self->Table = (Methods*)table;
        SetCPUAllocator((nint)self, priority: 1);
        return true;
    }

    /// <summary>Whether libtorch's own allocator returns blocks in the form that this one returns.</summary>
    private static bool IsAsExpected()
    {
        const byte Untouched = 0xA5;
        Block block;
        new Span<byte>(&block, sizeof(Block)).Fill(Untouched);
        Block* returned = _original->Table->Allocate(&block, _original, 4096);
        bool hasLayout = returned == &block && block.Data != 0 && block.Data % 64 == 0 && block.Context == block.Data
            && block.DeviceType == 0 && block.DeviceIndex == -1;
        bool isAsExpected = hasLayout && _originalFree != null && (nint)block.Free == (nint)_originalFree
            && _original->Table->IsSimple(_original, &block) == 1;
        if (isAsExpected)
        {
            _originalFree(block.Context);
        }
        return isAsExpected;
    }

    [UnmanagedCallersOnly]
    private static Block* Allocate(Block* result, CppObject* self, nuint bytes)
    {
        nint address = bytes >= LeastBytes ? _memory!.Allocate((long)bytes) : 0;
        if (address == 0)
        {
            return _original->Table->Allocate(result, _original, bytes);
        }
        *result = new Block { Data = address, Context = address, Free = &Free, DeviceType = 0, DeviceIndex = -1 };
        return result;
    }

    [UnmanagedCallersOnly]
    private static void Free(nint address)
    {
        if (_memory!.Has(address))
        {
            _memory.Free(address);
        }
        else
        {
            _originalFree(address);
        }
    }

    [UnmanagedCallersOnly]
    private static delegate* unmanaged<nint, void> RawDeleter(CppObject* self) => &Free;

    [UnmanagedCallersOnly]
    private static void Nothing(CppObject* self)
    {
    }

    [LibraryImport("c10", EntryPoint = "_ZN3c1015GetCPUAllocatorEv")]
    private static partial nint GetCPUAllocator();

    [LibraryImport("c10", EntryPoint = "_ZN3c1015SetCPUAllocatorEPNS_9AllocatorEh")]
    private static partial void SetCPUAllocator(nint allocator, byte priority);

    /// <summary>c10::Allocator: an object with only a table of virtual methods.</summary>
    private struct CppObject
    {
        public Methods* Table;
    }

    /// <summary>
    /// The virtual methods in the order of c10/core/Allocator.h of libtorch 2.3 to 2.10. A result that is not a plain value is written to
    /// where the first argument points.
    /// </summary>
    private struct Methods
    {
        public delegate* unmanaged<CppObject*, void> Destroy, Delete;
        public delegate* unmanaged<Block*, CppObject*, nuint, Block*> Allocate;
        public delegate* unmanaged<CppObject*, Block*, byte> IsSimple;
        public delegate* unmanaged<CppObject*, delegate* unmanaged<nint, void>> RawDeleter;
        public delegate* unmanaged<CppObject*, nint, nint, nuint, void> CopyData;
    }

    /// <summary>c10::DataPtr: an address, the function that frees it, that function's argument, and a device.</summary>
    private struct Block
    {
        public nint Data;
        public delegate* unmanaged<nint, void> Free;
        public nint Context;
        public byte DeviceType;
        public sbyte DeviceIndex;
    }
}
