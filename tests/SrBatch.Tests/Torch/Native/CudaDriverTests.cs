using System.Runtime.InteropServices;
using SrBatch.Tests.Architecture;
using SrBatch.Tests.Storage;
using SrBatch.Torch.Devices;

namespace SrBatch.Tests.Torch.Native;

/// <summary>Calls of the driver, answered by cuda_standin.c: the loader uses a library of the same name that is already loaded.</summary>
public unsafe class CudaDriverTests
{
    [Fact]
    public void CapabilityAndMemory_AreThoseOfTheGpu_AndNullWhereTheDriverDoesNotTell()
    {
        Assert.SkipWhen(NativeLibrary.TryLoad("libcuda.so.1", out _), "this machine has NVIDIA's own driver");
        using var folder = new TemporaryFolder();
        string path = folder.File("libcuda.so.1");
        string source = SourceTree.Tests("Torch", "Native", "cuda_standin.c");
        ChildProcess.Run("clang", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-Wl,-soname,libcuda.so.1", "-o", path, source);
        nint library = NativeLibrary.Load(path);
        Assert.Equal((9, 0), CudaDriver.Capability(0));
        Assert.Equal((7, 5), CudaDriver.Capability(1));
        Assert.Null(CudaDriver.Capability(2));
        Assert.Equal((70L << 30, 80L << 30), CudaDriver.Memory(0));
        Assert.Null(CudaDriver.Memory(1));
        Assert.Null(CudaDriver.Memory(2));
        // Every retained context was released.
        Assert.Equal(0, ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "standin_open"))());
    }
}
