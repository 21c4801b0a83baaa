using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5;

public sealed class PlaneReaderWriterTests
{
    /// <summary>Every order of every subset of tczyx with y and x: 2 of two axes, 18 of three, 72 of four, 120 of five.</summary>
    public static IEnumerable<string> AllAxes() => Orders("", "tczyx").Where(axes => axes.Contains('y') && axes.Contains('x'));

    [Fact]
    public void WriteThenRead_EveryOrderOfAxes_H5pyAndWeAgree()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(212, AllAxes().Count());
        foreach (var axes in AllAxes())
        {
            var path = folder.File(axes + ".h5");
            var shape = axes.Select(Length).ToArray();
            var layout = new PlaneLayout { Dataset = "/sr", Axes = axes, Shape = shape, ChunkRows = 2, ChunkColumns = 2 };
            var packer = new ChunkPacker(layout, 2);
            using (var writer = PlaneWriter.Create(path, [layout]))
            {
                foreach (var plane in Planes(axes))
                {
                    var whole = new float[20];
                    var middle = new float[6];
                    foreach (var (y, x, height, width) in new[] { (0, 0, 2, 4), (2, 0, 2, 5), (0, 4, 2, 1) })
                    {
                        foreach (var chunk in packer.Pack(plane, y, x, height, width, Box(plane, y, x, height, width), out _))
                        {
                            writer.Write(0, chunk);
                            packer.Unpack(chunk, new(0, 0, 4, 5), whole);
                            packer.Unpack(chunk, new(1, 1, 2, 3), middle);
                        }
                    }
                    Assert.Equal(Box(plane, 0, 0, 4, 5), whole);
                    Assert.Equal(Box(plane, 1, 1, 2, 3), middle);
                }
                writer.Close();
            }
            using var reader = PlaneReader.Open(path, "sr", axes);
            Assert.Equal((4, 5), (reader.Height, reader.Width));
            foreach (var plane in Planes(axes))
            {
                var values = new float[6];
                reader.Read(plane, 1, 2, 2, 3, values);
                Assert.Equal(Box(plane, 1, 2, 2, 3), values);
            }
        }
        // Compares with h5py: each value encodes its indices along the labelled axes.
        Assert.Equal("212", ChildProcess.Python("""
            import sys, glob, h5py, numpy as np
            n = 0
            for p in glob.glob(sys.argv[1] + '/*.h5'):
                d = h5py.File(p)['sr']
                axes = ''.join(x.label for x in d.dims)
                assert p.endswith('/' + axes + '.h5') and d.dtype == '<f4' and d.compression_opts == 4 and d.shuffle
                weight = dict(t=10000, c=1000, z=100, y=10, x=1)
                expected = sum(weight[a] * i for a, i in zip(axes, np.indices(d.shape)))
                assert (d[()] == expected).all(), p
                n += 1
            print(n)
            """, folder.Path));
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "a.h5", "b.h5" })
        {
            var layout = new PlaneLayout { Dataset = "/deep/sr", Axes = "zyx", Shape = [2, 300, 300] };
            using var writer = PlaneWriter.Create(folder.File(name), [layout], new ElementSize(0.2, 0.1, 0.1));
            for (var z = 0; z < 2; z++)
            {
                Write(writer, layout, new PlaneIndex(0, 0, z), 300, 300, Enumerable.Range(0, 90000).Select(n => n * 0.37f).ToArray());
            }
            writer.Attributes.Set("model_sha256", "abc");
            writer.Attributes.Set("psnr_db", 31.5);
            writer.Close();
            Thread.Sleep(1100); // HDF5's time stamps count seconds
        }
        Assert.Equal(File.ReadAllBytes(folder.File("a.h5")), File.ReadAllBytes(folder.File("b.h5")));
        var header = DatasetHeaders.Read(folder.File("a.h5"), "auto");
        Assert.Equal(
            ("/deep/sr", "zyx", 0.1, ElementType.Float32),
            (header.Dataset, header.Axes, header.ElementSizeUm?.X, header.ElementType));
        Assert.Equal([2, 300, 300], header.Shape);
    }

    [Fact]
    public void Read_OutsideThePlane_IsAnArgumentError()
    {
        using var folder = new TemporaryFolder();
        using (var writer = PlaneWriter.Create(folder.File("a.h5"), [new PlaneLayout { Dataset = "/sr", Axes = "zyx", Shape = [2, 4, 5] }]))
        {
            writer.WritePlane(0, new(0, 0, 1), new float[20]);
            writer.Close();
        }
        using var reader = PlaneReader.Open(folder.File("a.h5"), "/sr", "zyx");
        Assert.Equal(new PlaneIndex(1, 1, 2), reader.Planes);
        var room = new float[100];
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(new(0, 0, 2), 0, 0, 1, 1, room));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(new(1, 0, 0), 0, 0, 1, 1, room));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(new(0, 0, 0), 1, 0, 4, 1, room));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(new(0, 0, 0), 0, -1, 1, 1, room));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(new(0, 0, 0), 0, 0, 4, 5, new float[19]));
    }

    [Fact]
    public void Open_WrongAxes_SaysWhatToSet()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.h5");
        ChildProcess.Python("import sys,h5py,numpy as np\nh5py.File(sys.argv[1],'w')['low']=np.zeros((3,4),'>u2')", path);
        var rank = Assert.Throws<SrBatchException>(() => PlaneReader.Open(path, "low", "zyx"));
        Assert.Equal(
            $"{path}: dataset '/low' is 2-D big-endian uint16 (3, 4); axes 'zyx' name 3. Set input.axes to 2 letters of tczyx.",
            rank.Message);
        var letters = Assert.Throws<SrBatchException>(() => PlaneReader.Open(path, "low", "yy"));
        Assert.Equal(
            $"{path}: axes 'yy' of dataset '/low' are not an order of letters of tczyx, each at most once, with y and x. "
            + "Set input.axes so.",
            letters.Message);
        Assert.Equal(ExitCode.BadManifest, letters.ExitCode);
    }

    [Fact]
    public void Auto_TakesTheOnlyImageOrTheUsualName_ElseListsWhatIsThere()
    {
        using var folder = new TemporaryFolder();
        ChildProcess.Python("""
            import sys, h5py, numpy as np
            with h5py.File(sys.argv[1] + '/pair.h5', 'w') as f:
                f['high'] = np.zeros((4, 4), 'f4'); f['low'] = np.zeros((2, 2), 'u2')
            with h5py.File(sys.argv[1] + '/many.h5', 'w') as f:
                f['one'] = np.zeros((4, 4), 'f4'); f['two'] = np.zeros((2, 2), 'u2'); f['note'] = 'x'
            with h5py.File(sys.argv[1] + '/none.h5', 'w') as f:
                f['line'] = np.zeros(4)
            with h5py.File(sys.argv[1] + '/ilastik.h5', 'w') as f:
                f['exported_data'] = np.zeros((4, 4, 2), 'u1')
                f['exported_data'].attrs['axistags'] = '{"axes": [{"key": "y"}, {"key": "x"}, {"key": "c"}]}'
            """, folder.Path);
        Assert.Equal("/low", DatasetHeaders.Read(folder.File("pair.h5"), "auto").Dataset);
        Assert.Equal("yxc", DatasetHeaders.Read(folder.File("ilastik.h5"), "auto").Axes);
        Assert.Equal($"{folder.File("many.h5")}: which dataset is the input? Set input.dataset to one of /one (4, 4) float32, "
            + "/two (2, 2) uint16.",
            Assert.Throws<SrBatchException>(() => DatasetHeaders.Read(folder.File("many.h5"), "auto")).Message);
        Assert.Equal($"{folder.File("none.h5")}: there is no image; the file holds /line (4) float64. "
            + "Expected a dataset of numbers with at least 2 axes.",
            Assert.Throws<SrBatchException>(() => DatasetHeaders.Read(folder.File("none.h5"), "auto")).Message);
    }

    [Fact]
    public void Header_HugeShapeOfASmallFile_AllocatesNothing()
    {
        using var folder = new TemporaryFolder();
        ChildProcess.Python(
            "import sys,h5py\nh5py.File(sys.argv[1],'w').create_dataset('low',(1<<40,1<<20),'u2',chunks=(64,64))[0,0]=1",
            folder.File("a.h5"));
        Assert.Equal([1L << 40, 1L << 20], DatasetHeaders.Read(folder.File("a.h5"), "auto").Shape);
        using var reader = PlaneReader.Open(folder.File("a.h5"), "low", "yx");
        var values = new float[4];
        reader.Read(default, (1L << 40) - 2, (1L << 20) - 2, 2, 2, values);
        Assert.Equal([0, 0, 0, 0], values);
    }

    [Theory]
    [InlineData(ElementType.UInt8, 0, 255)]
    [InlineData(ElementType.Int8, -128, 127)]
    [InlineData(ElementType.UInt16, 0, 65535)]
    [InlineData(ElementType.Int16, -32768, 32767)]
    [InlineData(ElementType.UInt32, 0, 4294967295)]
    [InlineData(ElementType.Int32, -2147483648, 2147483647)]
    public void Pack_Integers_AreRounded_AndWhatIsBeyondTheLimitsIsSetToThemAndCounted(ElementType type, double least, double most)
    {
        using var folder = new TemporaryFolder();
        var layout = new PlaneLayout { Dataset = "/sr", Axes = "yx", Shape = [2, 5], ElementType = type };
        float[] values = [0.5f, 1.5f, 1.4f, 2.6f, 7, -1e12f, 1e12f, float.NaN, float.PositiveInfinity, 100.49f];
        var packer = new ChunkPacker(layout, 2);
        var chunk = Assert.Single(packer.Pack(default, 0, 0, 2, 5, values, out var saturated));
        Assert.Equal(4, saturated);
        using (var writer = PlaneWriter.Create(folder.File("a.h5"), [layout]))
        {
            writer.Write(0, chunk);
            writer.Close();
        }
        double[] expected = [0, 2, 1, 3, 7, least, most, 0, most, 100];
        Assert.Equal(
            $"{type.NumpyName()} {string.Join(' ', expected)}",
            ChildProcess.Python("import sys,h5py\nd=h5py.File(sys.argv[1])['sr']\nprint(d.dtype, *d[()].ravel())", folder.File("a.h5")));
        var unpacked = new float[10];
        packer.Unpack(chunk, new(0, 0, 2, 5), unpacked);
        Assert.Equal(expected.Select(value => (float)value), unpacked);
    }

    [Fact]
    public void Pack_BoxThatCutsAChunk_IsAnArgumentError()
    {
        var packer = new ChunkPacker(
            new PlaneLayout { Dataset = "/sr", Axes = "yx", Shape = [10, 10], ChunkRows = 4, ChunkColumns = 4 },
            1);
        Assert.Equal(
            "3 x 4 at y 0, x 0 cuts chunks of 4 x 4 of '/sr'",
            Assert.Throws<ArgumentException>(() => packer.Pack(default, 0, 0, 3, 4, new float[12], out _)).Message);
        Assert.Throws<ArgumentException>(() => packer.Pack(default, 2, 0, 4, 4, new float[16], out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => packer.Pack(default, 8, 0, 4, 4, new float[16], out _));
        Assert.Single(packer.Pack(default, 8, 8, 2, 2, new float[4], out _));
    }

    internal static void Write(PlaneWriter writer, PlaneLayout layout, PlaneIndex plane, int height, int width, float[] values)
    {
        foreach (var chunk in new ChunkPacker(layout, 2).Pack(plane, 0, 0, height, width, values, out _))
        {
            writer.Write(0, chunk);
        }
    }

    private static IEnumerable<string> Orders(string begun, string left) =>
        left.SelectMany(letter => Orders(begun + letter, left.Replace(letter.ToString(), "", StringComparison.Ordinal))).Prepend(begun);

    private static long Length(char axis) => axis switch { 't' => 2, 'c' => 3, 'z' => 2, 'y' => 4, _ => 5 };

    private static IEnumerable<PlaneIndex> Planes(string axes) =>
        from t in Enumerable.Range(0, axes.Contains('t') ? 2 : 1)
        from c in Enumerable.Range(0, axes.Contains('c') ? 3 : 1)
        from z in Enumerable.Range(0, axes.Contains('z') ? 2 : 1)
        select new PlaneIndex(t, c, z);

    private static float[] Box(PlaneIndex plane, int y, int x, int height, int width) =>
        (from row in Enumerable.Range(y, height)
         from column in Enumerable.Range(x, width)
         select plane.T * 10000f + plane.C * 1000 + plane.Z * 100 + row * 10 + column).ToArray();
}
