using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5;
using SrBatch.Storage.Hdf5.Filters;

namespace SrBatch.Tests.Storage.Hdf5;

public sealed class Hdf5FilterTests
{
    [Fact]
    public void Read_LzfOfH5py_WithoutItsPlugin()
    {
        using var folder = new TemporaryFolder();
        ChildProcess.Python("""
            import sys, h5py, numpy as np
            f = h5py.File(sys.argv[1], 'w')
            f.create_dataset('low', data=np.arange(10000, dtype='u2').reshape(100, 100) // 7, chunks=(30, 40), compression='lzf')
            f.create_dataset('noise', data=np.random.default_rng(1).integers(0, 65535, (50, 50), 'u2'), chunks=(30, 40), compression='lzf', shuffle=True)
            f['sum'] = f['noise'][()].sum(dtype='i8')
            """, folder.File("a.h5"));
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        using var dataset = file.OpenDataset("low");
        Assert.Equal(["lzf"], dataset.Filters.Select(filter => filter.Name));
        var values = new float[10000];
        dataset.Read([0, 0], [100, 100], values);
        Assert.Equal(Enumerable.Range(0, 10000).Select(n => (float)(n / 7)), values);
        using var noise = file.OpenDataset("noise");
        using var sum = file.OpenDataset("sum");
        var raw = new ushort[2500];
        noise.Read<ushort>([0, 0], [50, 50], raw);
        var total = new long[1];
        sum.Read<long>([], [], total);
        Assert.Equal(total[0], raw.Sum(value => (long)value));
    }

    [Fact]
    public void Lz4_Chunk_UnpacksLiteralsRunsAndStoredBlocks_DamageIsRefused()
    {
        // 'ab' then 10 bytes from 2 back, and 5 last literals, in one block of 17; then a stored block of 3.
        byte[] chunk = [0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 17, 0, 0, 0, 11, 0x26, (byte)'a', (byte)'b', 2, 0, 0x50, .. "cdefg"u8, 0, 0, 0, 3, .. "xyz"u8];
        var room = new byte[20];
        Assert.Equal(20, Lz4.Decode(chunk, room));
        Assert.Equal("ababababababcdefgxyz"u8.ToArray(), room);
        for (var length = 0; length < chunk.Length; length++)
        {
            Assert.Equal(-1, Lz4.Decode(chunk.AsSpan(0, length), room));
        }
        Assert.Equal(-1, Lz4.Decode(chunk, new byte[19]));
        chunk[19] = 3; // back beyond the beginning
        Assert.Equal(-1, Lz4.Decode(chunk, room));
    }

    [Fact]
    public void MissingFilter_NamesItAndWhatToInstall()
    {
        using var folder = new TemporaryFolder();
        ChildProcess.Python("""
            import sys, h5py
            f = h5py.File(sys.argv[1], 'w')
            p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_chunk((2, 2)); p.set_filter(32015, h5py.h5z.FLAG_OPTIONAL)
            h5py.h5d.create(f.id, b'low', h5py.h5t.STD_U16LE, h5py.h5s.create_simple((4, 4)), p)
            """, folder.File("a.h5"));
        var error = Assert.Throws<SrBatchException>(() => PlaneReader.Open(folder.File("a.h5"), "low", "yx"));
        Assert.Equal($"{folder.File("a.h5")}: dataset '/low' is packed with filter 32015 (zstd), which this node's HDF5 lacks. "
            + "Install the plugin (conda install hdf5-external-filter-plugins, or pip install hdf5plugin) and set HDF5_PLUGIN_PATH to its folder.", error.Message);
    }

    [Fact]
    public void Lzf_DamagedStream_IsRefused()
    {
        // 'ab', then 9 + 2 bytes from 2 back.
        byte[] packed = [1, (byte)'a', (byte)'b', 0xE0, 2, 1];
        var room = new byte[13];
        Assert.Equal(13, Lzf.Decode(packed, room));
        Assert.Equal("ababababababa"u8.ToArray(), room);
        Assert.Equal(-1, Lzf.Decode(packed.AsSpan(0, 2), room));
        Assert.Equal(-1, Lzf.Decode(packed.AsSpan(0, 4), room));
        Assert.Equal(-1, Lzf.Decode(packed.AsSpan(0, 5), room));
        Assert.Equal(-1, Lzf.Decode(packed, new byte[12]));
        packed[5] = 2; // back beyond the beginning
        Assert.Equal(-1, Lzf.Decode(packed, room));
    }
}
