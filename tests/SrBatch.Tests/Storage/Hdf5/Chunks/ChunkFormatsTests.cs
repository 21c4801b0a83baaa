using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Tests.Storage.Hdf5.Chunks;

/// <summary>Compares formats of chunks with h5py 3.7 on HDF5 1.10.8.</summary>
public sealed class ChunkFormatsTests
{
    private const string Types = "['u1', 'i1', '<u2', '>u2', '<i2', '>i2', '<u4', '>u4', '<i4', '>i4', '<u8', '>u8', '<i8', '>i8', '<f2', "
        + "'>f2', '<f4', '>f4', '<f8', '>f8']";

    [Fact]
    public void Read_EveryTypeOrderAndFilterOfH5py_GivesEveryBit()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), $$"""
            filters = {'plain': {}, 'gzip': dict(compression='gzip'), 'shuffled': dict(compression='gzip', shuffle=True),
                       'sum': dict(fletcher32=True),
                       'all': dict(compression='gzip', compression_opts=9, shuffle=True, fletcher32=True), 'lzf': dict(compression='lzf'),
                       'lzfs': dict(compression='lzf', shuffle=True, fletcher32=True),
                       'shuffle': dict(shuffle=True), 'raw': dict(compression='gzip', compression_opts=0)}
            for t in {{Types}}:
                for n, k in filters.items():
                    name = t.replace('<', 'le').replace('>', 'be') + n
                    # Edge chunks on both axes; 1599 values a chunk end every vector loop in its remainder.
                    save(name, f.create_dataset(name, data=values(t, (83, 107)), chunks=(41, 39), **k))
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        var found = file.WalkDatasets().Where(each => each.Path.LastIndexOf('/') == 0).ToList();
        Assert.Equal(20 * 9, found.Count);
        foreach (var each in found)
        {
            NumpyArrays.AssertReads(file, each.Path);
            using var dataset = file.OpenDataset(each.Path);
            _ = NumpyArrays.Read(dataset);
            Assert.Equal(9, dataset.UnpackedChunks);
        }
    }

    [Fact]
    public void Read_ZstdAndLz4_AreWhatTheirOwnLibrariesPacked()
    {
        using var folder = new TemporaryFolder();
        // zstd: one frame for each chunk. lz4: HDF5's framing round liblz4's blocks, in blocks of 1000 bytes so that there are several.
        NumpyArrays.Write(folder.File("a.h5"), """
            zstd, lz4 = ctypes.CDLL('libzstd.so.1'), ctypes.CDLL('liblz4.so.1')
            zstd.ZSTD_compressBound.restype = zstd.ZSTD_compress.restype = ctypes.c_size_t
            zstd.ZSTD_compressBound.argtypes = [ctypes.c_size_t]
            zstd.ZSTD_compress.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
            def pack_zstd(b):
                room = ctypes.create_string_buffer(zstd.ZSTD_compressBound(len(b)))
                n = zstd.ZSTD_compress(room, len(room), b, len(b), 3)
                return room.raw[:n]
            def pack_lz4(b):
                out = len(b).to_bytes(8, 'big') + (1000).to_bytes(4, 'big')
                for at in range(0, len(b), 1000):
                    block = b[at:at + 1000]
                    room = ctypes.create_string_buffer(2000)
                    n = lz4.LZ4_compress_default(block, room, len(block), 2000)
                    packed = room.raw[:n] if n < len(block) else block
                    out += len(packed).to_bytes(4, 'big') + packed
                return out
            for t in ['<u2', '>f4', '<f8', 'u1']:
                for n, i, pack in [('zstd', 32015, pack_zstd), ('lz4', 32004, pack_lz4)]:
                    for noise in [False, True]:
                        name = n + t.replace('<', 'le').replace('>', 'be') + str(noise)
                        a = values(t, (60, 80)) if noise else (np.arange(4800).reshape(60, 80) // 50 % 90).astype(t)
                        p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_chunk((30, 40)); p.set_shuffle()
                        p.set_filter(i, h5py.h5z.FLAG_OPTIONAL)
                        d = h5py.Dataset(h5py.h5d.create(f.id, name.encode(), h5py.h5t.py_create(a.dtype),
                            h5py.h5s.create_simple(a.shape), p))
                        for y in (0, 30):
                            for x in (0, 40):
                                c = np.frombuffer(a[y:y + 30, x:x + 40].tobytes(), 'u1').reshape(-1, a.itemsize).T.tobytes()
                                d.id.write_direct_chunk((y, x), pack(c))
                        save(name, a)
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        var found = file.WalkDatasets().Where(each => each.Path.LastIndexOf('/') == 0).ToList();
        Assert.Equal(16, found.Count);
        found.ForEach(each => NumpyArrays.AssertReads(file, each.Path));
    }

    [Fact]
    public void Read_EveryChunkIndexOfTheNewFormat_GivesEveryBit()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), """
            f.close()
            f = h5py.File(sys.argv[1], 'w', libver='latest')
            for n, k in {'plain': {}, 'gzip': dict(compression='gzip', shuffle=True)}.items():
                for m, maximum in {'fixed': None, 'extensible': (None, 90), 'tree': (None, None)}.items():
                    save(n + m, f.create_dataset(n + m, data=values('>u2', (70, 90)), chunks=(16, 32), maxshape=maximum, **k))
                save(n + 'single', f.create_dataset(n + 'single', data=values('<i4', (70, 90)), chunks=(70, 90), **k))
            p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_chunk((16, 32)); p.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
            d = h5py.Dataset(h5py.h5d.create(f.id, b'implicit', h5py.h5t.STD_U16LE, h5py.h5s.create_simple((70, 90)), p))
            d[...] = values('<u2', (70, 90))
            save('implicit', d)
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        var found = file.WalkDatasets().Where(each => each.Path.LastIndexOf('/') == 0).ToList();
        Assert.Equal(9, found.Count);
        found.ForEach(each => NumpyArrays.AssertReads(file, each.Path));
    }

    [Fact]
    public void Read_FilterMask_SkipsThoseFilters()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), """
            import zlib
            a = values('<u4', (4, 100))
            d = f.create_dataset('masked', (4, 100), '<u4', chunks=(1, 100), compression='gzip', shuffle=True, fletcher32=True)
            shuffled = lambda b: np.frombuffer(b, 'u1').reshape(-1, 4).T.tobytes()
            rows = [r.tobytes() for r in a]
            d.id.write_direct_chunk((0, 0), rows[0], 0b111)
            d.id.write_direct_chunk((1, 0), zlib.compress(rows[1]), 0b101)
            d.id.write_direct_chunk((2, 0), shuffled(rows[2]), 0b110)
            d.id.write_direct_chunk((3, 0), zlib.compress(shuffled(rows[3])), 0b100)
            save('masked', a)
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        NumpyArrays.AssertReads(file, "masked");
    }

    [Fact]
    public void Read_FiltersInAnyOrder_AreUndoneInReverse()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), """
            for name, order in {'a': [3, 2, 1], 'b': [1, 3], 'c': [3, 1, 3], 'd': [2, 3, 1], 'e': [2, 2, 1], 'twice': [1, 1]}.items():
                p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_chunk((7, 9))
                for i in order:
                    if i == 1: p.set_deflate(4)
                    if i == 2: p.set_shuffle()
                    if i == 3: p.set_fletcher32()
                d = h5py.Dataset(h5py.h5d.create(f.id, name.encode(), h5py.h5t.STD_I16BE, h5py.h5s.create_simple((20, 20)), p))
                d[...] = values('>i2', (20, 20))
                save(name, d)
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        var found = file.WalkDatasets().Where(each => each.Path.LastIndexOf('/') == 0).ToList();
        Assert.Equal(6, found.Count);
        found.ForEach(each => NumpyArrays.AssertReads(file, each.Path));
    }

    [Fact]
    public void Read_OldChecksumWithSwappedBytes_IsAccepted()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), """
            a = values('<u2', (64,))
            d = f.create_dataset('old', (64,), '<u2', chunks=(64,), fletcher32=True)
            d[...] = a
            mask, b = d.id.read_direct_chunk((0,))
            d.id.write_direct_chunk((0,), b[:-4] + bytes([b[-3], b[-4], b[-1], b[-2]]))
            save('old', a)
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        NumpyArrays.AssertReads(file, "old");
    }

    [Fact]
    public void Read_UnsignedIntegersAtTheEdgeOfRounding_RoundOnce()
    {
        using var folder = new TemporaryFolder();
        // Just above the middle between two float32 values. Through double it would become the middle and round to even, which is wrong.
        NumpyArrays.Write(folder.File("a.h5"), """
            edges = [(1 << 63) + (1 << 39) + 1, (1 << 63) + (1 << 39), (1 << 63) + (1 << 39) - 1, (1 << 63) + 3 * (1 << 39), (1 << 64) - 1,
                (1 << 63) - 1, (1 << 62) + (1 << 38) + 1]
            save('u8', f.create_dataset('u8', data=np.array(edges, 'u8'), chunks=(7,), compression='gzip'))
            save('f8', f.create_dataset('f8', data=np.array([1 + 2**-24, 1 + 2**-24 + 2**-50, 1e300, -1e-300, 1e-42, np.inf]), chunks=(6,),
                compression='gzip'))
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        NumpyArrays.AssertReads(file, "u8");
        NumpyArrays.AssertReads(file, "f8");
    }
}
