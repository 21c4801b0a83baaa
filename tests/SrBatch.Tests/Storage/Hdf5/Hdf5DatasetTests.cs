using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5;

/// <summary>Compares reading and writing with h5py 3.7 on HDF5 1.10.8 (Debian 12's python3-h5py).</summary>
public sealed class Hdf5DatasetTests
{
    /// <summary>Every type in both byte orders, contiguous and with gzip, shuffle, fletcher32 and lzf.</summary>
    private const string WriteAllTypes = """
        import sys, h5py, numpy as np
        with h5py.File(sys.argv[1], 'w') as f:
            a = np.arange(7 * 9).reshape(7, 9)
            for t in ['u1', 'i1', '<u2', '>u2', '<i2', '>i2', '<u4', '>u4', '<i4', '>i4', '<u8', '>u8', '<i8', '>i8',
                      '<f2', '>f2', '<f4', '>f4', '<f8', '>f8']:
                v = (a - (0 if 'u' in t else 30)).astype(t)
                n = t.replace('<', 'le').replace('>', 'be')
                f.create_dataset(n + '/plain', data=v)
                f.create_dataset(n + '/packed', data=v, chunks=(3, 4), compression='gzip', compression_opts=4, shuffle=True,
                    fletcher32=True)
        """;

    [Fact]
    public void Read_EveryTypeAndByteOrderOfH5py_GivesTheNumbers()
    {
        using var folder = new TemporaryFolder();
        ChildProcess.Python(WriteAllTypes, folder.File("a.h5"));
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        var found = file.WalkDatasets();
        Assert.Equal(40, found.Count);
        foreach (var each in found)
        {
            using var dataset = file.OpenDataset(each.Path);
            var low = each.Type!.Name.StartsWith('u') ? 0 : -30;
            var values = new float[4 * 5];
            dataset.Read([2, 3], [4, 5], values);
            var expected = from y in Enumerable.Range(2, 4) from x in Enumerable.Range(3, 5) select (float)(y * 9 + x + low);
            Assert.Equal(expected, values);
            Assert.Equal(each.Path.StartsWith("/be", StringComparison.Ordinal), each.Type.IsBigEndian);
            var isPacked = each.Path.EndsWith("packed", StringComparison.Ordinal);
            Assert.Equal(isPacked ? "shuffle gzip-4 fletcher32" : "", string.Join(' ', dataset.Filters.Select(filter => filter.Name)));
            Assert.Equal(isPacked ? [3, 4] : null, dataset.Chunk);
        }
    }

    [Fact]
    public void ReadRaw_BigEndian_GivesLittleEndianValuesUnchanged()
    {
        using var folder = new TemporaryFolder();
        ChildProcess.Python(
            "import sys,h5py,numpy as np\nh5py.File(sys.argv[1],'w')['d']=np.array([1,513,65535],'>u2')",
            folder.File("a.h5"));
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        using var dataset = file.OpenDataset("/d");
        var values = new ushort[3];
        dataset.Read<ushort>([0], [3], values);
        Assert.Equal([1, 513, 65535], values);
        Assert.Throws<ArgumentException>(() => dataset.Read<byte>([0], [3], new byte[3]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Read_EveryBoxOfRank_GivesWhatH5pyWrote(int rank)
    {
        using var folder = new TemporaryFolder();
        ChildProcess.Python(
            "import sys,h5py,numpy as np\nr=int(sys.argv[2])\n"
            + "h5py.File(sys.argv[1],'w').create_dataset('d',data=np.arange(3**r,dtype='u2').reshape((3,)*r),chunks=(2,)*r)",
            folder.File("a.h5"), rank.ToString(CultureInfo.InvariantCulture));
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        using var dataset = file.OpenDataset("d");
        Assert.Equal(Enumerable.Repeat(3L, rank), dataset.Shape);
        var start = Enumerable.Repeat(1L, rank).ToArray();
        var count = Enumerable.Repeat(2L, rank).ToArray();
        var values = new float[1 << rank];
        dataset.Read(start, count, values);
        for (var n = 0; n < values.Length; n++)
        {
            var expected = 0;
            for (var axis = 0; axis < rank; axis++)
            {
                expected = expected * 3 + 1 + (n >> (rank - 1 - axis) & 1);
            }
            Assert.Equal(expected, values[n]);
        }
        start[0] = 2;
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Read(start, count, values));
    }

    [Fact]
    public void Create_EveryType_H5pyAndH5dumpReadIt()
    {
        using var folder = new TemporaryFolder();
        using (var file = Hdf5File.Create(folder.File("a.h5")))
        {
            foreach (var type in Enum.GetValues<ElementType>())
            {
                var dataset = file.CreateDataset(
                    $"/group/{type}",
                    type,
                    [2, 3],
                    new Hdf5DatasetOptions { Chunk = [2, 2], GzipLevel = 1, Shuffle = true });
                dataset.Write([0, 0], [2, 3], (ReadOnlySpan<float>)[1, 2, 3, 4, 5, 100]);
            }
            file.Attributes.Set("text", "µm");
            file.Attributes.Set("texts", ["a", "bc"]);
            file.Attributes.Set("whole", 5L);
            file.Attributes.Set("real", 0.1);
            file.Attributes.Set("single", 0.5f);
            file.Attributes.Set("reals", [1.5, 2.5]);
            file.Attributes.Set("real", 0.25);
            file.Close();
        }
        var seen = ChildProcess.Python("""
            import sys, h5py
            f = h5py.File(sys.argv[1])
            for n, d in f['group'].items():
                print(n.lower() == str(d.dtype), d[()].ravel().tolist() == [1, 2, 3, 4, 5, 100], d.compression, d.shuffle)
            a = f.attrs
            print(repr(a['text']), a['texts'].tolist(), a['whole'], a['real'], a['single'].dtype, a['reals'].tolist())
            """, folder.File("a.h5"));
        Assert.Equal([.. Enumerable.Repeat("True True gzip True", 11), "'µm' ['a', 'bc'] 5 0.25 float32 [1.5, 2.5]"], seen.Split('\n'));
        Assert.Contains(
            "(0,0): 1, 2, 3",
            ChildProcess.Run("h5dump", "-d", "/group/Float32", folder.File("a.h5")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Attributes_OfH5py_AreRead()
    {
        using var folder = new TemporaryFolder();
        ChildProcess.Python("""
            import sys, h5py, numpy as np
            f = h5py.File(sys.argv[1], 'w')
            f.attrs['vlen'] = 'grün'
            f.attrs['fixed'] = np.array([b'ab', b'c'])
            f.attrs['int'] = np.int16(-3)
            f.attrs['floats'] = np.array([1, 2.5], '>f4')
            f.attrs['none'] = h5py.Empty('f')
            """, folder.File("a.h5"));
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        Assert.Equal("grün", file.Attributes.GetString("vlen"));
        Assert.Equal(["ab", "c"], file.Attributes.GetStrings("fixed")!);
        Assert.Equal(-3, file.Attributes.GetLong("int"));
        Assert.Equal([1, 2.5], file.Attributes.GetDoubles("floats")!);
        Assert.Null(file.Attributes.GetDouble("none"));
        Assert.Null(file.Attributes.GetDouble("missing"));
        Assert.Null(file.Attributes.GetDouble("vlen"));
        Assert.Null(file.Attributes.GetString("int"));
    }

    [Fact]
    public void Errors_WholeMessages()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.h5");
        ChildProcess.Python("""
            import sys, h5py, numpy as np
            f = h5py.File(sys.argv[1], 'w')
            f['group/low'] = np.zeros((3, 4), 'u2')
            f['text'] = 'abc'
            f['pairs'] = np.zeros(2, [('a', 'i4'), ('b', 'f4')])
            """, path);
        using (var file = Hdf5File.OpenRead(path))
        {
            AssertError($"{path}: there is no dataset '/raw'; it holds /group/low (3, 4) uint16, "
                + "/pairs (2) compound (a int32, b float32), /text () string.",
                () => file.OpenDataset("raw"));
            AssertError($"{path}: '/group' is a group, not a dataset; it holds /group/low (3, 4) uint16, "
                + "/pairs (2) compound (a int32, b float32), /text () string.",
                () => file.OpenDataset("/group"));
            using var text = file.OpenDataset("/text");
            AssertError($"{path}: dataset '/text' is string; expected integers, enums or bitfields of 8, 16, 32 or 64 bits, "
                + "float16, bfloat16, float32 or float64. Set input.dataset to another.",
                () => text.Read([], [], new float[1]));
        }
        AssertError($"{folder.File("none.h5")}: there is no such file.", () => Hdf5File.OpenRead(folder.File("none.h5")));
        AssertError($"{folder.Path}: is a folder; expected an HDF5 file.", () => Hdf5File.OpenRead(folder.Path));
        File.WriteAllText(folder.File("text.h5"), "hello");
        AssertError(
            $"{folder.File("text.h5")}: is no HDF5 file (its signature is missing).",
            () => Hdf5File.OpenRead(folder.File("text.h5")));
        File.WriteAllText(folder.File("empty.h5"), "");
        AssertError($"{folder.File("empty.h5")}: is empty; expected an HDF5 file.", () => Hdf5File.OpenRead(folder.File("empty.h5")));
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(folder.File("cut.h5"), whole[..1000]);
        AssertError($"{folder.File("cut.h5")}: truncated: the file has 1000 of {whole.Length} bytes.",
            () => Hdf5File.OpenRead(folder.File("cut.h5")));
    }

    [Fact]
    public void Walk_CyclesSoftAndExternalLinks_EachDatasetOnce()
    {
        using var folder = new TemporaryFolder();
        ChildProcess.Python("""
            import sys, h5py, numpy as np
            f = h5py.File(sys.argv[1], 'w')
            f['b/c/d'] = np.zeros((2, 2), 'f4')
            f['b/c/up'] = f['b']
            f['a'] = h5py.SoftLink('/b/c/d')
            f['dangling'] = h5py.SoftLink('/nowhere')
            f['other'] = h5py.ExternalLink('x.h5', '/y')
            f['through'] = h5py.SoftLink('/other')
            """, folder.File("a.h5"));
        using var file = Hdf5File.OpenRead(folder.File("a.h5"));
        var found = file.WalkDatasets();
        Assert.Equal(
            [
                "/b/c/d (2, 2) float32",
                "/dangling (a soft link to /nowhere, which cannot be opened)",
                "/other (an external link to /y of x.h5, which cannot be opened)",
                "/through (a soft link to /other, which cannot be opened)",
            ],
            found.Select(each => each.ToString()));
        Assert.True(file.Exists("/b/c/d"));
        Assert.True(file.Exists("a"));
        Assert.False(file.Exists("/dangling"));
        Assert.False(file.Exists("/b/x/y"));
    }

    [Fact]
    public void EveryPath_LeavesNoHandleOpen()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.h5");
        ChildProcess.Python("""
            import sys, h5py, numpy as np
            f = h5py.File(sys.argv[1], 'w')
            f.create_dataset('low', data=np.zeros((3, 4), 'u2'), chunks=(2, 2), compression='gzip')
            f['low'].attrs['name'] = 'x'
            f['text'] = 'abc'
            """, path);
        // Counts every open of this file, by whatever code.
        using var file = Hdf5File.OpenRead(path);
        _ = DatasetHeaders.Read(path, "auto");
        using (var reader = PlaneReader.Open(path, "low", "yx"))
        {
            reader.Read(default, 0, 0, 3, 4, new float[12]);
            Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(default, 1, 0, 3, 4, new float[12]));
        }
        Assert.Throws<SrBatchException>(() => PlaneReader.Open(path, "low", "zyx"));
        Assert.Throws<SrBatchException>(() => PlaneReader.Open(path, "text", "yx"));
        Assert.Throws<SrBatchException>(() => PlaneReader.Open(path, "none", "yx"));
        Assert.Throws<SrBatchException>(() => DatasetHeaders.Read(path, "text"));
        using (var attributes = file.AttributesOf("/low"))
        {
            Assert.Equal("x", attributes.GetString("name"));
        }
        Assert.Throws<SrBatchException>(() => file.AttributesOf("/none"));
        using (Hdf5Library.Enter())
        {
            Assert.Equal(1, H5F.get_obj_count(file.Id, 0x1F));
        }
    }

    private static void AssertError(string message, Action action)
    {
        var error = Assert.Throws<SrBatchException>(action);
        Assert.Equal(message, error.Message);
        Assert.Equal(ExitCode.ImagesFailed, error.ExitCode);
    }
}
