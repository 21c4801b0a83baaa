using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5;

public sealed class PlaneWriterTests
{
    /// <summary>Compares /sr with the raw values beside it; prints what h5py says of its layout.</summary>
    private const string Compare = """
        import sys, h5py, numpy as np
        d = h5py.File(sys.argv[1])['sr']
        assert (d[()] == np.fromfile(sys.argv[1] + '.raw', '<f4').reshape(d.shape)).all()
        print(d.dtype.str, d.chunks, d.compression, d.compression_opts, d.shuffle, ''.join(x.label for x in d.dims))
        """;

    [Theory]
    [InlineData("yx", 1, 1, 256, 4, true, "<f4 (1, 1) gzip 4 True yx")]
    [InlineData("yx", 3, 5, 4, 4, false, "<f4 (3, 4) gzip 4 False yx")]
    [InlineData("xy", 40, 7, 16, 9, true, "<f4 (7, 16) gzip 9 True xy")]
    [InlineData("zyx", 257, 255, 64, 1, true, "<f4 (1, 64, 64) gzip 1 True zyx")]
    [InlineData("yzx", 33, 70, 32, 4, true, "<f4 (32, 1, 32) gzip 4 True yzx")]
    [InlineData("xzy", 33, 70, 31, 4, true, "<f4 (31, 1, 31) gzip 4 True xzy")]
    [InlineData("tczyx", 50, 41, 17, 0, true, "<f4 (1, 1, 1, 17, 17) None None True tczyx")]
    [InlineData("zxyct", 50, 41, 17, 0, false, "<f4 (1, 17, 17, 1, 1) None None False zxyct")]
    public void Write_BoxesOfChunksInAnyOrder_H5pyReadsThemAndZerosElsewhere(
        string axes,
        int height,
        int width,
        int chunk,
        int gzip,
        bool shuffle,
        string layout)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.h5");
        var random = new Random(height * 1000 + width);
        var shape = axes.Select(axis => axis switch { 'y' => height, 'x' => width, 't' => 1L, _ => 2L }).ToArray();
        var expected = new float[shape.Aggregate(1L, (product, length) => product * length)];
        var boxes = (from z in Enumerable.Range(0, axes.Contains('z') ? 2 : 1)
                     from c in Enumerable.Range(0, axes.Contains('c') ? 2 : 1)
                     from box in Boxes(height, width, chunk, random)
                     select (Plane: new PlaneIndex(0, c, z), Box: box)).ToArray();
        random.Shuffle(boxes);
        var plan = new PlaneLayout
        {
            Dataset = "/sr",
            Axes = axes,
            Shape = shape,
            ChunkRows = chunk,
            ChunkColumns = chunk,
            GzipLevel = gzip,
            Shuffle = shuffle,
        };
        var packer = new ChunkPacker(plan, 2);
        using (var writer = PlaneWriter.Create(path, [plan]))
        {
            foreach (var (plane, (y, x, rows, columns)) in boxes.Skip(boxes.Length / 8))
            {
                var values = new float[rows * columns];
                random.NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
                for (var n = 0; n < values.Length; n++)
                {
                    values[n] = float.IsNaN(values[n]) ? n : values[n];
                    expected[Place(axes, shape, plane, y + n / columns, x + n % columns)] = values[n];
                }
                foreach (var packed in packer.Pack(plane, y, x, rows, columns, values, out var saturated))
                {
                    writer.Write(0, packed);
                    Assert.Equal(0, saturated);
                }
            }
            writer.Close();
        }
        File.WriteAllBytes(path + ".raw", MemoryMarshal.AsBytes(expected.AsSpan()));
        Assert.Equal(layout, ChildProcess.Python(Compare, path));
    }

    [Fact]
    public void Pack_OneOrManyThreads_GivesTheSameChunks()
    {
        const int Length = 1500;
        var layout = new PlaneLayout { Dataset = "/sr", Axes = "yx", Shape = [Length, Length] };
        var values = Enumerable.Range(0, Length * Length).Select(n => n % 8191 * 0.37f).ToArray();
        var one = Packed(1);
        Assert.Equal(36, one.Length);
        Assert.Equal(one, Packed(2));
        Assert.Equal(one, Packed(5));

        string[] Packed(int threads)
        {
            var chunks = new ChunkPacker(layout, threads).Pack(default, 0, 0, Length, Length, values, out _);
            return [.. chunks.Select(chunk => $"{string.Join(',', chunk.Start)} {Convert.ToHexString(chunk.Bytes.Span)}")];
        }
    }

    [Fact]
    public void Write_SomeChunks_TheOthersAreNotStored()
    {
        using var folder = new TemporaryFolder();
        var layout = new PlaneLayout { Dataset = "/sr", Axes = "zyx", Shape = [3, 100, 100], ChunkRows = 32, ChunkColumns = 32 };
        var packer = new ChunkPacker(layout, 2);
        using (var writer = PlaneWriter.Create(folder.File("a.h5"), [layout]))
        {
            writer.Write(0, Assert.Single(packer.Pack(new PlaneIndex(0, 0, 2), 96, 96, 4, 4, Enumerable.Repeat(5f, 16).ToArray(), out _)));
            var values = Enumerable.Range(0, 2048).Select(n => n < 6 ? n : 0f).ToArray();
            foreach (var chunk in packer.Pack(new PlaneIndex(0, 0, 0), 0, 32, 64, 32, values, out _))
            {
                writer.Write(0, chunk);
            }
            Assert.Empty(packer.Pack(new PlaneIndex(0, 0, 1), 32, 32, 0, 32, Array.Empty<float>(), out _));
            writer.Close();
        }
        Assert.Equal("[(0, 0, 32), (0, 32, 32), (2, 96, 96)] 95.0 5.0", ChildProcess.Python("""
            import sys, h5py
            d = h5py.File(sys.argv[1])['sr']
            chunks = [d.id.get_chunk_info(n).chunk_offset for n in range(d.id.get_num_chunks())]
            print(sorted(chunks), d[()].sum(), d[2, 99, 99])
            """, folder.File("a.h5")));
    }

    [Fact]
    public void Unpack_DamagedChunk_IsNoSilentImage()
    {
        var packer = new ChunkPacker(new PlaneLayout { Dataset = "/sr", Axes = "yx", Shape = [8, 8] }, 1);
        var values = Enumerable.Range(0, 64).Select(n => n * 1.7f).ToArray();
        var chunk = Assert.Single(packer.Pack(default, 0, 0, 8, 8, values, out _));
        var bytes = chunk.Bytes.ToArray();
        bytes[bytes.Length / 2] ^= 0x10;
        var plane = new float[64];
        Assert.Equal(
            "the chunk at (0, 0) of '/sr' is damaged",
            Assert.Throws<InvalidDataException>(() => packer.Unpack(chunk with { Bytes = bytes }, new(0, 0, 8, 8), plane)).Message);
    }

    [Theory]
    [InlineData(ElementType.Float16, "<f2")]
    [InlineData(ElementType.Float32, "<f4")]
    [InlineData(ElementType.UInt16, "<u2")]
    [InlineData(ElementType.Int8, "|i1")]
    public void WritePlane_DatasetsOfDifferentSizes_HaveTheirOwnSizeAndAxisNames_AndNoScales(ElementType type, string dtype)
    {
        using var folder = new TemporaryFolder();
        PlaneLayout[] layouts =
        [
            new()
            {
                Dataset = "/low",
                Axes = "zyx",
                Shape = [2, 300, 65],
                ElementType = type,
                ElementSizeUm = new ElementSize(null, 0.2, 0.3),
            },
            new() { Dataset = "/map", Axes = "tzyx", AxisNames = ["t", "component", "y", "x"], Shape = [1, 2, 5, 7] },
        ];
        using (var writer = PlaneWriter.Create(folder.File("a.h5"), layouts))
        {
            for (var z = 0; z < 2; z++)
            {
                writer.WritePlane(0, new PlaneIndex(0, 0, z), Values(300 * 65));
                writer.WritePlane(1, new PlaneIndex(0, 0, z), Values(35));
            }
            writer.FileAttributes.Set("scale", 2);
            writer.AttributesOf(1).Set("unit", "pixels");
            writer.Close();
        }
        var expected = $"{dtype} (1, 256, 65) gzip 4 True ['z', 'y', 'x'] [1.0, 0.2, 0.3] ['t', 'component', 'y', 'x'] pixels 2";
        Assert.Equal(expected, ChildProcess.Python("""
            import sys, h5py, numpy as np
            f = h5py.File(sys.argv[1])
            low, map = f['low'], f['map']
            assert sorted(f) == ['low', 'map'] and 'element_size_um' not in map.attrs
            assert sorted(low.attrs) == ['DIMENSION_LABELS', 'element_size_um'], sorted(low.attrs)
            for d in low, map:
                n = d.shape[-2] * d.shape[-1]
                assert (d[()].reshape(2, n) == np.arange(n) % 100).all()
            print(low.dtype.str, low.chunks, low.compression, low.compression_opts, low.shuffle, [x.label for x in low.dims],
                low.attrs['element_size_um'].tolist(), [x.label for x in map.dims], map.attrs['unit'], f.attrs['scale'])
            """, folder.File("a.h5")));

        static float[] Values(int count) => [.. Enumerable.Range(0, count).Select(n => (float)(n % 100))];
    }

    [Fact]
    public void Pack_Float16_RoundsToTheNearest_AndUnpackReturnsIt()
    {
        var packer = new ChunkPacker(
            new PlaneLayout { Dataset = "/low", Axes = "xy", Shape = [3, 2], ElementType = ElementType.Float16 },
            1);
        float[] values = [0.1f, -65504, 1e9f, 2049, float.NaN, 5e-8f];
        var chunk = Assert.Single(packer.Pack(default, 0, 0, 2, 3, values, out var saturated));
        var unpacked = new float[6];
        packer.Unpack(chunk, new(0, 0, 2, 3), unpacked);
        Assert.Equal(values.Select(value => (float)(Half)value), unpacked);
        Assert.Equal((0L, float.PositiveInfinity, 2048f), (saturated, unpacked[2], unpacked[3]));
    }

    /// <summary>A link to /dev/full stands for the full disk.</summary>
    [Fact]
    public void Close_FullDisk_NamesTheFileItWouldHaveBecome()
    {
        using var folder = new TemporaryFolder();
        using var staged = AtomicFile.Stage(folder.File("fov-001.h5"));
        File.CreateSymbolicLink(staged.Path, "/dev/full");
        var error = Assert.Throws<SrBatchException>(() =>
        {
            var layout = new PlaneLayout { Dataset = "/sr", Axes = "yx", Shape = [300, 300] };
            using var writer = PlaneWriter.Create(staged.Path, [layout]);
            PlaneReaderWriterTests.Write(writer, layout, default, 300, 300, new float[90000]);
            writer.Close();
        });
        Assert.Equal($"{folder.File("fov-001.h5")}: cannot be written: the disk is full. "
            + "Free space or choose another run folder, then start again: finished images are kept.", error.Message);
        Assert.Equal(ExitCode.CannotWrite, error.ExitCode);
    }

    [Fact]
    public void Create_FolderGone_NamesTheFileItWouldHaveBecome()
    {
        using var folder = new TemporaryFolder();
        using var staged = AtomicFile.Stage(folder.File("sub/.a-1.tmp.h5"));
        Directory.Delete(folder.File("sub"));
        var error = Assert.Throws<SrBatchException>(() =>
            PlaneWriter.Create(staged.Path, [new PlaneLayout { Dataset = "/sr", Axes = "yx", Shape = [3, 3] }]));
        Assert.StartsWith(
            $"{folder.File("sub/.a-1.tmp.h5")}: cannot be written: the HDF5 file cannot be made (HDF5: ",
            error.Message,
            StringComparison.Ordinal);
    }

    /// <summary>Rectangles of whole chunks that cover a plane once, cut at random.</summary>
    private static IEnumerable<(int Y, int X, int Height, int Width)> Boxes(int height, int width, int chunk, Random random) =>
        from rows in Parts(height, chunk, random)
        from columns in Parts(width, chunk, random)
        select (rows.Start, columns.Start, rows.Length, columns.Length);

    private static IEnumerable<(int Start, int Length)> Parts(int size, int chunk, Random random)
    {
        for (int start = 0, end; start < size; start = end)
        {
            end = Math.Min(size, start + chunk * random.Next(1, 4));
            yield return (start, end - start);
        }
    }

    private static long Place(string axes, long[] shape, PlaneIndex plane, int y, int x)
    {
        var place = 0L;
        for (var axis = 0; axis < axes.Length; axis++)
        {
            place = place * shape[axis] + axes[axis] switch { 't' => plane.T, 'c' => plane.C, 'z' => plane.Z, 'y' => y, _ => x };
        }
        return place;
    }
}
