using SrBatch.Torch.Devices;
using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Native;

public class TensorMemoryTests
{
    private const long Grain = 64 << 10;

    [Fact]
    public void Allocate_AtRandom_BlocksNeverOverlap_AndAllIsOneFreePartAgainInTheEnd()
    {
        TensorMemory memory = TensorMemory.TryReserve(1L << 30)!;
        var random = new Random(5);
        var alive = new List<(long At, long Length)>();
        long first = memory.Allocate(1);
        memory.Free((nint)first);
        for (int i = 0; i < 20_000; i++)
        {
            if (alive.Count > 0 && (random.Next(3) == 0 || alive.Count > 40))
            {
                int which = random.Next(alive.Count);
                memory.Free((nint)alive[which].At);
                alive.RemoveAt(which);
                continue;
            }
            long length = random.NextInt64(1, 20 << 20), at = memory.Allocate(length);
            Assert.True(at != 0 && at % 4096 == 0 && memory.Has((nint)at));
            Assert.All(alive, other => Assert.True(at + length <= other.At || other.At + other.Length <= at));
            alive.Add((at, length));
        }
        alive.ForEach(block => memory.Free((nint)block.At));
        Assert.Equal(first, memory.Allocate((1L << 30) - Grain)); // nothing is in use, and the free memory is one part
    }

    [Fact]
    public void Allocate_WhatWasFreed_ServesTheSameSizeAgain()
    {
        // With glibc's aligned blocks, each round would take new memory.
        TensorMemory memory = TensorMemory.TryReserve(1L << 30)!;
        nint kept = memory.Allocate(3 << 20);
        for (int round = 0; round < 100; round++)
        {
            nint a = memory.Allocate(100 << 20), b = memory.Allocate(50 << 20);
            memory.Free(a);
            nint c = memory.Allocate(100 << 20);
            Assert.Equal(a, c);
            memory.Free(b);
            memory.Free(c);
        }
        memory.Free(kept);
        Assert.Equal((153L << 20, 153L << 20), (memory.Peak, memory.Extent));
    }

    [Fact]
    public void Allocate_MoreThanThereIs_Is0_AndTheRestStaysUsable()
    {
        TensorMemory memory = TensorMemory.TryReserve(10 << 20)!;
        Assert.Equal(0, memory.Allocate(11 << 20));
        Assert.NotEqual(0, memory.Allocate(10 << 20));
        Assert.Equal(0, memory.Allocate(1));
    }

    [Fact]
    public void TryReserve_MoreAddressesThanThereAre_IsNone() => Assert.Null(TensorMemory.TryReserve(long.MaxValue));

    [Fact]
    public void TryInstall_LargeTensorsComeFromIt_AndOutliveTheirNeighbours()
    {
        _ = ComputeDevice.Cpu; // loads libtorch
        Assert.True(TensorAllocator.TryInstall(64L << 30));
        long before = TensorAllocator.Peak;
        using Tensor kept = tensor([.. Enumerable.Range(0, 1 << 20).Select(i => (float)i)]);
        for (int i = 0; i < 50; i++)
        {
            using Tensor passing = ones(3_000_000 + (i * 100_000)), grown = cat([passing, kept], 0);
            Assert.Equal(passing.NumberOfElements + (1 << 20), grown.NumberOfElements);
            Assert.Equal((1 << 20) - 1, grown[^1].item<float>());
        }
        Assert.True(TensorAllocator.Peak > Math.Max(before, 1));
        Assert.Equal(((1 << 20) - 1) / 2.0, kept.to(float64).mean().item<double>());
        // Small tensors do not come from it.
        long peak = TensorAllocator.Peak;
        Tensor[] small = [.. Enumerable.Range(0, 1000).Select(_ => ones(1000))];
        Assert.Equal(peak, TensorAllocator.Peak);
        Assert.Equal(1000 * 1000, small.Sum(tensor => tensor.sum().item<float>()));
        Array.ForEach(small, tensor => tensor.Dispose());
    }
}
