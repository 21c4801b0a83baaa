using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Filters;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Tests.Storage.Hdf5.Chunks;

/// <summary>Compares what we read through libhdf5 with h5py; and types that are not plain numbers.</summary>
public sealed class LibraryReaderTests
{
    [Fact]
    public void Read_OtherLayoutsAndFilters_GiveEveryBit()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), """
            import os
            os.chdir(os.path.dirname(sys.argv[1]))
            for t in ['<u2', '>u2', '<f4', '>f4', '>f8', '<f2', 'u1', '<i8']:
                n = t.replace('<', 'le').replace('>', 'be')
                a = values(t, (90, 70))
                save(n + 'contiguous', f.create_dataset(n + 'contiguous', data=a))
                save(n + 'many', f.create_dataset(n + 'many', data=values(t, (3, 700, 601))))  # several blocks
                save(n + 'external', f.create_dataset(n + 'external', data=a, external=[(os.path.abspath(n + '.bin'), 0, 100000)]))
                p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_layout(h5py.h5d.COMPACT)
                d = h5py.Dataset(h5py.h5d.create(f.id, (n + 'compact').encode(), h5py.h5t.py_create(a.dtype),
                    h5py.h5s.create_simple((9, 7)), p))
                d[...] = a[:9, :7]
                save(n + 'compact', d)
                v = h5py.VirtualLayout((2, 90, 70), t)
                for z, k in enumerate([dict(compression='lzf'), {}]):
                    f.create_dataset(n + 'part%d' % z, data=a + z, chunks=(16, 32), **k)
                    v[z] = h5py.VirtualSource('.', n + 'part%d' % z, (90, 70))
                save(n + 'virtual', f.create_virtual_dataset(n + 'virtual', v, fillvalue=1))
                for m, k in {'blosc': dict(compression=32001), 'szip': dict(compression='szip'), 'nbit': {}, 'tiny': {}}.items():
                    if m == 'szip' and t[1] == 'f' and t[2] == '2': continue
                    p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_chunk((1, 3) if m == 'tiny' else (16, 32))
                    if m == 'nbit': p.set_filter(5)
                    if m in ['nbit', 'tiny']: d = h5py.Dataset(h5py.h5d.create(f.id, (n + m).encode(), h5py.h5t.py_create(a.dtype),
                        h5py.h5s.create_simple(a.shape), p))
                    else: d = f.create_dataset(n + m, a.shape, t, chunks=(16, 32), **k)
                    d[...] = a
                    save(n + m, d)
            save('scaled', f.create_dataset('scaled', data=values('<u2', (90, 70)), chunks=(16, 32), scaleoffset=0))
            f.flush()
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        var found = file.WalkDatasets()
            .Where(each => each.Path.LastIndexOf('/') == 0 && !each.Path.Contains("part", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(8 * 9, found.Count);
        foreach (var each in found)
        {
            NumpyArrays.AssertReads(file, each.Path);
            using var dataset = file.OpenDataset(each.Path);
            _ = NumpyArrays.Read(dataset);
            Assert.Equal(0, dataset.UnpackedChunks);
        }
    }

    [Fact]
    public void Read_PartialEdgeChunksWithoutFilters_GivesEveryBit()
    {
        using var folder = new TemporaryFolder();
        // h5py lacks H5Pset_chunk_opts, so the library is called.
        NumpyArrays.Write(folder.File("a.h5"), """
            f.close()
            f = h5py.File(sys.argv[1], 'w', libver='latest')
            library = ctypes.CDLL(next(l.split()[-1] for l in open('/proc/self/maps') if 'libhdf5_serial.so' in l))
            library.H5Pset_chunk_opts.argtypes = [ctypes.c_int64, ctypes.c_uint]
            p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_chunk((16, 32)); p.set_deflate(4)
            assert library.H5Pset_chunk_opts(p.id, 2) == 0
            d = h5py.Dataset(h5py.h5d.create(f.id, b'edges', h5py.h5t.STD_U16BE, h5py.h5s.create_simple((90, 70)), p))
            d[...] = values('>u2', (90, 70))
            save('edges', d)
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        NumpyArrays.AssertReads(file, "edges");
    }

    [Fact]
    public void Type_OfEveryKind_IsNamedAndReadWhereItIsANumber()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), """
            T = h5py.h5t
            save('bool', f.create_dataset('bool', data=np.array([[True, False, True]] * 30), chunks=(30, 3)))
            save('enum', f.create_dataset('enum', data=np.array([1, 2, -3] * 30, '>i2'), dtype=h5py.enum_dtype(dict(a=1, b=2, c=-3),
                basetype='>i2'), chunks=(45,)))
            def typed(name, t, a, chunk=None, memory=None):
                p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                if chunk: p.set_chunk(chunk)
                d = h5py.h5d.create(f.id, name.encode(), t, h5py.h5s.create_simple(a.shape), p)
                d.write(h5py.h5s.ALL, h5py.h5s.ALL, a, memory)
                return h5py.Dataset(d)
            bits = np.arange(100, dtype='u1')
            save('bits', typed('bits', T.STD_B8LE, bits, (40,), T.STD_B8LE) and bits)
            wide = np.arange(100, dtype='<u2') * 300
            save('bits16', typed('bits16', T.STD_B16BE, wide, (40,), T.STD_B16LE) and wide)
            for chunk in [None, (40,)]:
                n = 'chunked' if chunk else ''
                t = T.STD_U16LE.copy(); t.set_precision(12); t.set_offset(4)
                save('twelve' + n, typed('twelve' + n, t, np.arange(100, dtype='<u2') * 40, chunk))
                t = T.STD_I32BE.copy(); t.set_precision(20)
                save('twenty' + n, typed('twenty' + n, t, np.arange(-50, 50, dtype='<i4') * 9000, chunk))
                t = T.IEEE_F32LE.copy(); t.set_ebias(100)
                save('biased' + n, typed('biased' + n, t, np.arange(100, dtype='<f4') / 7, chunk)[()])
            t = T.STD_U32LE.copy(); t.set_size(3)
            typed('u24', t, np.arange(10, dtype='<u4'))
            f['long'] = np.arange(3, dtype='longdouble')
            f['complex'] = np.zeros(3, 'c8')
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        var found = file.WalkDatasets().Where(each => each.Path.LastIndexOf('/') == 0).ToDictionary(each => each.Path, each => each.Type!);
        Assert.Equal(
            [
                "/biased float64", "/biasedchunked float64", "/bits bitfield of uint8", "/bits16 big-endian bitfield of uint16",
                "/bool enum of int8", "/complex compound", "/enum big-endian enum of int16", "/long 128-bit float", "/twelve uint16",
                "/twelvechunked uint16", "/twenty big-endian int32",
                "/twentychunked big-endian int32", "/u24 24-bit integer",
            ],
            found.Select(each => $"{each.Key} {each.Value}").Order(StringComparer.Ordinal));
        foreach (var (path, _) in found.Where(each => each.Value.ElementType is not null))
        {
            NumpyArrays.AssertReads(file, path);
        }
        using var scope = Hdf5Library.Enter();
        using var vax = Hdf5Type.Memory(SrBatch.Core.Planning.ElementType.Float32);
        _ = H5T.set_order(vax.Id, 2);
        Assert.Equal(new Hdf5Type(null, "32-bit VAX float", IsBigEndian: false), Hdf5Type.Of(vax.Id));
    }

    [Theory]
    [InlineData(4, "Use an HDF5 built with szip (libaec)")]
    [InlineData(307, "Install its plugin (Debian: apt-get install hdf5-filter-plugin; else pip install hdf5plugin) and set "
        + "HDF5_PLUGIN_PATH to the plugin's folder")]
    [InlineData(32001, "Install its plugin (Debian: apt-get install hdf5-filter-plugin-blosc-serial; else pip install hdf5plugin) and set "
        + "HDF5_PLUGIN_PATH to the plugin's folder")]
    [InlineData(32008, "Install its plugin (pip install hdf5plugin) and set HDF5_PLUGIN_PATH to the plugin's folder")]
    [InlineData(32013, "Install its plugin (Debian: apt-get install hdf5-filter-plugin-zfp-serial; else pip install hdf5plugin) and set "
        + "HDF5_PLUGIN_PATH to the plugin's folder")]
    [InlineData(32016, "Install its plugin (git.embl.de/balazs/B3D) and set HDF5_PLUGIN_PATH to the plugin's folder")]
    [InlineData(32019, "Install its plugin (github.com/CARS-UChicago/jpegHDF5) and set HDF5_PLUGIN_PATH to the plugin's folder")]
    [InlineData(32026, "Install its plugin (pip install hdf5plugin) and set HDF5_PLUGIN_PATH to the plugin's folder")]
    public void Remedy_OfEachFilter_NamesItsSource(int id, string remedy) =>
        Assert.Equal(remedy, new Hdf5Filter(id, "", IsAvailable: false).Remedy);

    [Fact]
    public void MissingPlugin_WhereAChunkNeedsIt_IsNamed()
    {
        using var folder = new TemporaryFolder();
        // Nobody has filter 40000. The flag says that chunks may be stored without it, the mask that this one was.
        NumpyArrays.Write(folder.File("a.h5"), """
            a = values('<u2', (10, 20))
            def packed(name, mask):
                p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_chunk((10, 20)); p.set_filter(40000, h5py.h5z.FLAG_OPTIONAL)
                d = h5py.Dataset(h5py.h5d.create(f.id, name.encode(), h5py.h5t.STD_U16LE, h5py.h5s.create_simple((10, 40)), p))
                d.id.write_direct_chunk((0, 0), a.tobytes(), mask)
                return d
            packed('needed', 0)
            packed('masked', 1)
            save('masked', np.concatenate([a, a * 0], axis=1))
            packed('later', 1).id.write_direct_chunk((0, 20), b'12345', 0)
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        const string What = "is packed with filter 40000 (unknown), which this node's HDF5 lacks. "
            + "Install its plugin (see filter 40000 in the HDF Group's registry of filters, or pip install hdf5plugin) and set "
            + "HDF5_PLUGIN_PATH to the plugin's folder.";
        using var needed = file.OpenDataset("needed");
        AssertError($"{file.Path}: dataset '/needed' {What}", needed.RequireReadable);
        AssertError($"{file.Path}: dataset '/needed' {What}", () => NumpyArrays.Read(needed));
        using (var masked = file.OpenDataset("masked"))
        {
            masked.RequireReadable();
        }
        NumpyArrays.AssertReads(file, "masked");
        using var later = file.OpenDataset("later");
        later.RequireReadable();
        AssertError($"{file.Path}: dataset '/later' {What}", () => NumpyArrays.Read(later));
    }

    [Fact]
    public void Read_ExternalFileGone_TellsWhy()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), "f.create_dataset('x', (9, 7), '<u2', external=[('/nowhere/x.bin', 0, 126)])");
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        using var dataset = file.OpenDataset("x");
        var error = Assert.Throws<SrBatchException>(() => NumpyArrays.Read(dataset));
        Assert.Equal(ExitCode.ImagesFailed, error.ExitCode);
        Assert.StartsWith(
            $"{file.Path}: dataset '/x' cannot be read at (0, 0), size (9, 7) (HDF5: ",
            error.Message,
            StringComparison.Ordinal);
    }

    private static void AssertError(string message, Action action)
    {
        var error = Assert.Throws<SrBatchException>(action);
        Assert.Equal(message, error.Message);
        Assert.Equal(ExitCode.ImagesFailed, error.ExitCode);
    }
}
