using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Tests.Storage.Hdf5.Chunks;

/// <summary>
/// Damaged and malicious chunks are refused with a message that names file, dataset, chunk and filter; they cause no crash, hang or large
/// allocation.
/// </summary>
public sealed class ChunkDamageTests
{
    [Theory]
    [InlineData("gzip", 1, "zlib.compress(good)[:-1]", "gzip data are damaged: they do not unpack to 800 bytes")]
    [InlineData("gzip", 1, "zlib.compress(good)[:-4]", "gzip data are damaged: they do not unpack to 800 bytes")]
    [InlineData("gzip", 1, "zlib.compress(good)[:30]", "gzip data are damaged: they do not unpack to 800 bytes")]
    [InlineData("gzip", 1, "zlib.compress(good)[:-1] + b'x'", "gzip data are damaged: they do not unpack to 800 bytes")]
    [InlineData("gzip", 1, "zlib.compress(good[:-1])", "gzip data are damaged: they do not unpack to 800 bytes")]
    [InlineData("gzip", 1, "zlib.compress(good + b'x')", "gzip data are damaged: they do not unpack to 800 bytes")]
    [InlineData("gzip", 1, "zlib.compress(bytes(1 << 26))[:1500]", "gzip data are damaged: they do not unpack to 800 bytes")]
    [InlineData("gzip", 1, "b'no zlib'", "gzip data are damaged: they do not unpack to 800 bytes")]
    [InlineData("gzip", 1, "b'x' * 70000", "it is damaged: its stored size is 70000 bytes; unpacked it has 800")]
    [InlineData("fletcher32", 3, "good + b'1234'", "fletcher32 data are damaged: their checksum is wrong")]
    [InlineData("fletcher32", 3, "b'12'", "fletcher32 data are damaged: their checksum is wrong")]
    [InlineData("lzf", 32000, "b'\\xE0\\x02\\x01'", "lzf data are damaged: they do not unpack to 800 bytes")]
    [InlineData("lzf", 32000, "b'\\x01ab'", "lzf data are damaged: they do not unpack to 800 bytes")]
    [InlineData("lz4", 32004, "(800).to_bytes(8, 'big') + (800).to_bytes(4, 'big') + (3).to_bytes(4, 'big') + b'abc'",
        "lz4 data are damaged: they do not unpack to 800 bytes")]
    [InlineData("lz4", 32004, "(1 << 60).to_bytes(8, 'big') + (1 << 30).to_bytes(4, 'big') + b'abcdefgh'",
        "lz4 data are damaged: they do not unpack to 800 bytes")]
    [InlineData("lz4", 32004, "b'abc'", "lz4 data are damaged: they do not unpack to 800 bytes")]
    [InlineData("zstd", 32015, "b'abc'", "zstd data are damaged: they do not unpack to 800 bytes")]
    [InlineData("zstd", 32015, "bytes.fromhex('28b52ffd60c0114d00001000000100bbd2032c')",
        "zstd data are damaged: they do not unpack to 800 bytes")]
    [InlineData("shuffle", 2, "good + b'12'", "it is damaged: it has 802 bytes, not 800")]
    [InlineData("shuffle", 2, "good[:-2]", "it is damaged: it has 798 bytes, not 800")]
    public void Read_DamagedChunk_NamesItAndItsFilter(string name, int filter, string stored, string what)
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), $"""
            import zlib
            good = values('<u2', (20, 20)).tobytes()
            p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_chunk((20, 20))
            p.set_filter({filter}, h5py.h5z.FLAG_OPTIONAL, (2,)) if {filter} != 3 else p.set_fletcher32()
            d = h5py.Dataset(h5py.h5d.create(f.id, b'{name}', h5py.h5t.STD_U16LE, h5py.h5s.create_simple((60, 40)), p))
            d.id.write_direct_chunk((40, 20), {stored})
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        using var dataset = file.OpenDataset(name);
        AssertError(
            $"{file.Path}: dataset '/{name}', chunk at (40, 20): {what}. Copy the file again from its source.",
            () => NumpyArrays.Read(dataset));
        var elsewhere = new float[800];
        dataset.Read([0, 0], [20, 40], elsewhere);
        Assert.All(elsewhere, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Read_SeveralDamagedChunks_NamesTheFirstHoweverThreadsRun()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), """
            d = f.create_dataset('x', data=values('<u2', (40, 200, 200)), chunks=(1, 200, 200), compression='gzip')
            for z in (7, 8, 9, 20, 39):
                d.id.write_direct_chunk((z, 0, 0), b'broken')
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        using var dataset = file.OpenDataset("x");
        for (var n = 0; n < 20; n++)
        {
            AssertError($"{file.Path}: dataset '/x', chunk at (7, 0, 0): gzip data are damaged: they do not unpack to 80000 bytes. "
                + "Copy the file again from its source.",
                () => NumpyArrays.Read(dataset));
        }
    }

    [Fact]
    public void Read_PackedChunksTooLarge_AreRefusedBeforeMemoryIsTaken()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), """
            for n, k in dict(gzip=dict(compression='gzip'), plain={}).items():
                f.create_dataset(n, (1 << 40, 1 << 40), '<u2', chunks=(1 << 15, 1 << 15), **k)
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        using var gzip = file.OpenDataset("gzip");
        var most = Math.Min(1L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
        AssertError($"{file.Path}: dataset '/gzip' has packed chunks of (32768, 32768) uint16, 2147483648 bytes each; "
            + $"expected at most {most}. "
            + "Rewrite it with smaller chunks (h5repack -l /gzip:CHUNK=...).", () => gzip.Read([5, 5], [1, 1], new float[1]));
        using var plain = file.OpenDataset("plain");
        var value = new float[] { 9 };
        plain.Read([5, 5], [1, 1], value);
        Assert.Equal([0], value);
    }

    [Theory]
    [InlineData(1 << 20, "cannot be read (HDF5: ")]
    [InlineData(100, "it is damaged: fewer than its 8192 bytes are stored. Copy the file again from its source.")]
    public void Read_PlainChunkWithAWrongSizeInItsIndex_IsRefusedWithoutAnOverrun(int size, string what)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.h5");
        NumpyArrays.Write(path, """
            a = values('<u2', (64, 64))
            f.create_dataset('x', data=a, chunks=(64, 64), maxshape=(None, None))
            f.create_dataset('padding', data=values('u1', (1 << 21,)))
            """);
        var bytes = File.ReadAllBytes(path);
        // The key of the chunk's B-tree: its size, mask 0, offset (0, 0, 0), then its address.
        Span<byte> key = stackalloc byte[4 + 4 + 3 * 8];
        key.Clear();
        MemoryMarshal.Write(key, 64 * 64 * 2);
        var at = bytes.AsSpan().IndexOf(key);
        Assert.True(at > 0 && bytes.AsSpan(at + 1).IndexOf(key) < 0);
        MemoryMarshal.Write(bytes.AsSpan(at), size);
        File.WriteAllBytes(path, bytes);
        using var file = Hdf5File.OpenRead(path);
        using var dataset = file.OpenDataset("x");
        var error = Assert.Throws<SrBatchException>(() => NumpyArrays.Read(dataset));
        Assert.Equal(ExitCode.ImagesFailed, error.ExitCode);
        var where = $"{path}: dataset '/x', chunk at (0, 0){(size < 8192 ? ": " : " ")}";
        Assert.StartsWith(where + what, error.Message, StringComparison.Ordinal);
    }

    private static void AssertError(string message, Action action)
    {
        var error = Assert.Throws<SrBatchException>(action);
        Assert.Equal(message, error.Message);
        Assert.Equal(ExitCode.ImagesFailed, error.ExitCode);
    }
}
