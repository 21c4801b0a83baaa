using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Tests.Storage.Hdf5.Chunks;

/// <summary>Compares boxes of chunked datasets with h5py.</summary>
public sealed class ChunkBoxesTests
{
    [Theory]
    [InlineData("(50,)", "(7,)")]
    [InlineData("(23, 31)", "(5, 8)")]
    [InlineData("(23, 31)", "(1, 31)")]
    [InlineData("(23, 31)", "(23, 1)")]
    [InlineData("(17, 19, 3)", "(8, 8, 3)")]
    [InlineData("(17, 19, 3)", "(8, 8, 1)")]
    [InlineData("(3, 17, 19)", "(2, 5, 19)")]
    [InlineData("(2, 3, 4, 9, 10)", "(1, 2, 1, 4, 10)")]
    public void Read_RandomBoxes_AreNumpysSlices(string shape, string chunk)
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), $"""
            for n, k in dict(gzip=dict(compression='gzip', shuffle=True), plain=dict()).items():
                for t in ['<u2', '>f8', 'i1', '<f4']:
                    name = n + t.replace('<', 'le').replace('>', 'be')
                    save(name, f.create_dataset(name, data=values(t, {shape}), chunks={chunk}, **k))
            save('contiguous', f.create_dataset('contiguous', data=values('>i4', {shape})))
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        var random = new Random(1);
        foreach (var each in file.WalkDatasets().Where(each => each.Path.LastIndexOf('/') == 0))
        {
            // A budget of 0 keeps one chunk, so that there are hits and misses.
            using var dataset = file.OpenDataset(each.Path, cacheBytes: 0);
            var all = NumpyArrays.Singles(file, each.Path);
            for (var n = 0; n < 60; n++)
            {
                var start = Array.ConvertAll(dataset.Shape, length => random.NextInt64(length));
                var count = dataset.Shape.Zip(start, (length, first) => random.NextInt64(0, length - first + 1)).ToArray();
                var expected = Slice(all, dataset.Shape, start, count).ToArray();
                var values = new float[expected.Length + 1];
                values[^1] = 12345;
                dataset.Read(start, count, values);
                Assert.Equal([.. expected, 12345], values);
            }
        }
    }

    [Fact]
    public void Read_Rank32_GivesEveryBit()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), """
            shape = (2, 3) + (1,) * 28 + (5, 7)
            save('deep', f.create_dataset('deep', data=values('<u4', shape), chunks=(1, 2) + (1,) * 28 + (2, 4), compression='gzip'))
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        NumpyArrays.AssertReads(file, "deep");
    }

    [Fact]
    public void Read_ChunksNeverWritten_GiveTheFillValue()
    {
        using var folder = new TemporaryFolder();
        // Where HDF5 never fills or the fill value is undefined, h5py returns memory that it cleared.
        NumpyArrays.Write(folder.File("a.h5"), """
            def sparse(name, d):
                d[10:12, 30:50] = 7
                save(name, d)
            for t in ['<u2', '>u2', '<f4', '>f8', 'i1', '<i8']:
                name = t.replace('<', 'le').replace('>', 'be')
                for n, k in {'gzip': dict(compression='gzip', shuffle=True), 'plain': {}}.items():
                    sparse(n + name, f.create_dataset(n + name, (50, 60), t, chunks=(8, 16), fillvalue=42, **k))
                    sparse(n + name + 'zero', f.create_dataset(n + name + 'zero', (50, 60), t, chunks=(8, 16), **k))
            for n, compressed in {'nevergzip': True, 'neverplain': False, 'nevernbit': None}.items():
                p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_chunk((8, 16))
                p.set_fill_time(h5py.h5d.FILL_TIME_NEVER); p.set_fill_value(np.array(42, 'u2'))
                if compressed: p.set_deflate(1)
                if compressed is None: p.set_filter(5)
                sparse(n, h5py.Dataset(h5py.h5d.create(f.id, n.encode(), h5py.h5t.STD_U16LE, h5py.h5s.create_simple((50, 60)), p)))
            sparse('enum', f.create_dataset('enum', (50, 60), h5py.enum_dtype(dict(a=0, b=7, c=42), basetype='>i2'), chunks=(8, 16),
                fillvalue=42))
            save('contiguous', f.create_dataset('contiguous', (50, 60), '>f4', fillvalue=1.5))
            save('nothing', f.create_dataset('nothing', (50, 60), '<u2', chunks=(8, 16), compression='gzip', fillvalue=3))
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        var found = file.WalkDatasets().Where(each => each.Path.LastIndexOf('/') == 0).ToList();
        Assert.Equal(30, found.Count);
        found.ForEach(each => NumpyArrays.AssertReads(file, each.Path));
        using var nothing = file.OpenDataset("nothing");
        Assert.All(NumpyArrays.Read(nothing), value => Assert.Equal(3, value));
        Assert.Equal(0, nothing.UnpackedChunks);
    }

    [Fact]
    public void Read_GrownShrunkAndSmallerThanAChunk_GivesTheCurrentExtent()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), """
            for n, k in {'gzip': dict(compression='gzip', shuffle=True), 'plain': {}}.items():
                d = f.create_dataset(n + 'grown', data=values('<u2', (10, 12)), chunks=(4, 16), maxshape=(None, None), fillvalue=9, **k)
                d.resize((30, 40)); d[20:25, 5:35] = values('<u2', (5, 30))
                save(n + 'grown', d)
                d = f.create_dataset(n + 'shrunk', data=values('<u2', (30, 40)), chunks=(4, 16), maxshape=(None, None), **k)
                d.resize((9, 18))
                save(n + 'shrunk', d)
                save(n + 'small', f.create_dataset(n + 'small', data=values('<u2', (5, 6)), chunks=(64, 64), maxshape=(None, None), **k))
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        var found = file.WalkDatasets().Where(each => each.Path.LastIndexOf('/') == 0).ToList();
        Assert.Equal(6, found.Count);
        found.ForEach(each => NumpyArrays.AssertReads(file, each.Path));
    }

    [Fact]
    public void Read_NothingThere_ReadsNothingAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        NumpyArrays.Write(folder.File("a.h5"), """
            f['null'] = h5py.Empty('<f4')
            f.create_dataset('zero', (4, 0, 3), '<u2', chunks=(2, 2, 2), maxshape=(None, None, None), compression='gzip')
            f.create_dataset('flat', (0, 5), '>u2')
            f['scalar'] = np.float64(2.5)
            """);
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        foreach (var name in new[] { "null", "zero", "flat" })
        {
            using var dataset = file.OpenDataset(name);
            Assert.True(dataset.IsEmpty);
            var untouched = new float[] { 5 };
            dataset.Read(new long[dataset.Shape.Length], dataset.Shape, untouched);
            Assert.Equal([5], untouched);
        }
        using var scalar = file.OpenDataset("scalar");
        Assert.False(scalar.IsEmpty);
        Assert.Equal([2.5f], NumpyArrays.Read(scalar));
    }

    private static IEnumerable<float> Slice(float[] all, long[] shape, long[] start, long[] count, int axis = 0, long before = 0)
    {
        if (axis == shape.Length)
        {
            return [all[before]];
        }
        return Enumerable.Range(0, (int)count[axis]).SelectMany(n =>
            Slice(all, shape, start, count, axis + 1, before * shape[axis] + start[axis] + n));
    }
}
