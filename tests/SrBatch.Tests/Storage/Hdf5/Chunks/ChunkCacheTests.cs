using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Tests.Storage.Hdf5.Chunks;

/// <summary>Counts how often chunks are unpacked, which repeats exactly, unlike timings.</summary>
public sealed class ChunkCacheTests
{
    /// <summary>Chunks of 2 x 20 x 30 two-byte values: 3 x 5 x 4 of them.</summary>
    private const string Volume = "save('x', f.create_dataset('x', data=values('<u2', (6, 100, 120)), chunks=(2, 20, 30), "
        + "compression='gzip', shuffle=True))";

    private const int ChunkBytes = 2 * 2 * 20 * 30;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(33)]
    [InlineData(100)]
    public void Strips_OfAnyHeight_UnpackEachChunkOnceForItsPlanes(int rows)
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), Volume);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        using var dataset = file.OpenDataset("x");
        var expected = NumpyArrays.Singles(file, "x");
        var values = new float[100 * 120];
        for (var z = 0; z < 6; z++)
        {
            for (var y = 0; y < 100; y += rows)
            {
                dataset.Read([z, y, 0], [1, Math.Min(rows, 100 - y), 120], values.AsSpan(y * 120));
            }
            Assert.Equal(expected[(z * 12000)..((z + 1) * 12000)], values);
        }
        Assert.Equal(60, dataset.UnpackedChunks);
    }

    [Fact]
    public void RowOfChunks_InTheBudget_IsUnpackedOnceForAllItsStrips()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), Volume);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        // Two rows of four chunks, because a strip may cross the border of two rows.
        using var dataset = file.OpenDataset("x", cacheBytes: 8 * ChunkBytes);
        var values = new float[100 * 120];
        for (var y = 0; y < 100; y += 3)
        {
            dataset.Read([0, y, 0], [1, Math.Min(3, 100 - y), 120], values.AsSpan(y * 120));
        }
        Assert.Equal(NumpyArrays.Singles(file, "x")[..12000], values);
        Assert.Equal(20, dataset.UnpackedChunks);
    }

    [Fact]
    public void WholeChunks_AreNotKept()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), Volume);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        using var dataset = file.OpenDataset("x");
        _ = NumpyArrays.Read(dataset);
        _ = NumpyArrays.Read(dataset);
        Assert.Equal(120, dataset.UnpackedChunks);
    }

    [Fact]
    public void MoreThanTheBudget_AgainAndAgain_StillFindsWhatFits()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), Volume);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        using var dataset = file.OpenDataset("x", cacheBytes: 15 * ChunkBytes);
        var values = new float[100 * 120];
        dataset.Read([0, 0, 0], [1, 100, 120], values);
        dataset.Read([1, 0, 0], [1, 100, 120], values);
        Assert.Equal(20 + 5, dataset.UnpackedChunks);
        Assert.Equal(NumpyArrays.Singles(file, "x")[12000..24000], values);
    }

    [Fact]
    public void Chunk_LargerThanTheBudget_IsKeptAlone()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), Volume);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        using var dataset = file.OpenDataset("x", cacheBytes: 0);
        var values = new float[30];
        dataset.Read([0, 0, 0], [1, 1, 30], values);
        dataset.Read([1, 5, 0], [1, 1, 30], values);
        Assert.Equal(1, dataset.UnpackedChunks);
        dataset.Read([0, 0, 30], [1, 1, 30], values);
        dataset.Read([0, 0, 0], [1, 1, 30], values);
        Assert.Equal(3, dataset.UnpackedChunks);
    }

    [Fact]
    public void ManyThreads_OfOneDatasetAndUnderTheLibrarysLock_ReadRight()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(
            folder.File("a.h5"),
            "save('x', f.create_dataset('x', data=values('<u2', (40, 300, 300)), chunks=(2, 64, 50), compression='gzip', shuffle=True))");
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        using var dataset = file.OpenDataset("x", cacheBytes: 20 * 2 * 2 * 64 * 50);
        var expected = NumpyArrays.Singles(file, "x");
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, z =>
        {
            var values = new float[300 * 300];
            if (z % 5 == 0)
            {
                using var scope = Hdf5Library.Enter();
                dataset.Read([z, 0, 0], [1, 300, 300], values);
            }
            else
            {
                dataset.Read([z, 0, 0], [1, 150, 300], values);
                dataset.Read([z, 150, 0], [1, 150, 300], values.AsSpan(150 * 300));
            }
            Assert.True(expected.AsSpan(z * 90000, 90000).SequenceEqual(values));
        });
    }

    [Fact]
    public void FiftyThousandSmallChunks_AreEachUnpackedOnce()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(
            folder.File("a.h5"),
            "save('x', f.create_dataset('x', data=values('<u2', (50, 320, 320)), chunks=(1, 10, 10), shuffle=True))");
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        NumpyArrays.AssertReads(file, "x");
        using var dataset = file.OpenDataset("x");
        _ = NumpyArrays.Read(dataset);
        Assert.Equal(51200, dataset.UnpackedChunks);
    }
}
