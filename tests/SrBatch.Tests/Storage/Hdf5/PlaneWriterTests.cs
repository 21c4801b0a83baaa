using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5;

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
    public void Write_BoxesInAnyOrder_H5pyReadsThemAndZerosElsewhere(string axes, int height, int width, int chunk, int gzip, bool shuffle, string layout)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.h5");
        var random = new Random(height * 1000 + width);
        var shape = axes.Select(axis => axis switch { 'y' => height, 'x' => width, 't' => 1L, _ => 2L }).ToArray();
        var expected = new float[shape.Aggregate(1L, (product, length) => product * length)];
        var boxes = (from z in Enumerable.Range(0, axes.Contains('z') ? 2 : 1)
                     from c in Enumerable.Range(0, axes.Contains('c') ? 2 : 1)
                     from box in Boxes(0, 0, height, width, random)
                     select (Plane: new PlaneIndex(0, c, z), Box: box)).ToArray();
        random.Shuffle(boxes);
        using (var writer = PlaneWriter.Create(path, "/sr", axes, shape, new PlaneWriterOptions { ChunkLength = chunk, GzipLevel = gzip, Shuffle = shuffle }))
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
                writer.Write(plane, y, x, rows, columns, values);
            }
            writer.Close();
        }
        File.WriteAllBytes(path + ".raw", MemoryMarshal.AsBytes(expected.AsSpan()));
        Assert.Equal(layout, ChildProcess.Python(Compare, path));
    }

    /// <summary>Larger than what is gathered before chunks are packed, so that packing begins in the middle.</summary>
    [Fact]
    public void Write_OneOrManyThreads_GivesTheSameBytes()
    {
        const int Length = 2048, Planes = 3, Rows = 300;
        using var folder = new TemporaryFolder();
        var values = Enumerable.Range(0, Length * Length).Select(n => n % 8191 * 0.37f).ToArray();
        foreach (var threads in new[] { 1, 2, 5 })
        {
            var options = new PlaneWriterOptions { GzipLevel = 1, Threads = threads };
            using var writer = PlaneWriter.Create(folder.File($"{threads}.h5"), "/sr", "zyx", [Planes, Length, Length], options);
            for (var z = 0; z < Planes; z++)
            {
                for (var y = 0; y < Length; y += Rows)
                {
                    var rows = Math.Min(Rows, Length - y);
                    writer.Write(new PlaneIndex(0, 0, z), y, 0, rows, Length, values.AsSpan(y * Length, rows * Length));
                }
            }
            writer.Attributes.Set("scale", 2);
            writer.Close();
        }
        Assert.Equal(File.ReadAllBytes(folder.File("1.h5")), File.ReadAllBytes(folder.File("2.h5")));
        Assert.Equal(File.ReadAllBytes(folder.File("1.h5")), File.ReadAllBytes(folder.File("5.h5")));
        Assert.Equal("True", ChildProcess.Python("""
            import sys, h5py, numpy as np
            d = h5py.File(sys.argv[1])['sr']
            n = np.arange(2048 * 2048)
            print((d[()] == (n % 8191).astype('f4').reshape(2048, 2048) * np.float32(.37)).all())
            """, folder.File("1.h5")));
    }

    [Fact]
    public void Write_SomeChunks_TheOthersAreNotStored()
    {
        using var folder = new TemporaryFolder();
        using (var writer = PlaneWriter.Create(folder.File("a.h5"), "/sr", "zyx", [3, 100, 100], new PlaneWriterOptions { ChunkLength = 32 }))
        {
            writer.Write(new PlaneIndex(0, 0, 2), 99, 99, 1, 1, [5]);
            writer.Write(new PlaneIndex(0, 0, 0), 31, 40, 2, 3, [1, 2, 3, 4, 5, 6]);
            writer.Write(new PlaneIndex(0, 0, 1), 10, 10, 0, 5, []);
            writer.Close();
        }
        Assert.Equal("[(0, 0, 32), (0, 32, 32), (2, 96, 96)] 26.0 5.0", ChildProcess.Python("""
            import sys, h5py
            d = h5py.File(sys.argv[1])['sr']
            chunks = [d.id.get_chunk_info(n).chunk_offset for n in range(d.id.get_num_chunks())]
            print(sorted(chunks), d[()].sum(), d[2, 99, 99])
            """, folder.File("a.h5")));
    }

    [Fact]
    public void Write_APixelTwice_IsAnArgumentError()
    {
        using var folder = new TemporaryFolder();
        using var within = PlaneWriter.Create(folder.File("a.h5"), "/sr", "yx", [4, 8], new PlaneWriterOptions { ChunkLength = 4 });
        within.Write(default, 0, 4, 3, 4, new float[12]);
        var early = Assert.Throws<ArgumentException>(() => within.Write(default, 1, 4, 2, 4, new float[8]));
        Assert.Equal("pixels of the chunk at (0, 4) of '/sr' were written twice", early.Message);

        using var after = PlaneWriter.Create(folder.File("b.h5"), "/sr", "yx", [4, 8], new PlaneWriterOptions { ChunkLength = 4 });
        after.Write(default, 0, 0, 4, 8, new float[32]);
        after.Write(default, 2, 5, 1, 1, new float[1]);
        var late = Assert.Throws<ArgumentException>(after.Close);
        Assert.Equal("pixels of the chunk at (0, 4) of '/sr' were written twice", late.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => after.Write(default, 3, 0, 2, 1, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => after.Write(default, 0, 0, 1, 2, new float[1]));
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
            using var writer = PlaneWriter.Create(staged.Path, "/sr", "yx", [300, 300]);
            writer.Write(default, 0, 0, 300, 300, new float[90000]);
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
        var error = Assert.Throws<SrBatchException>(() => PlaneWriter.Create(staged.Path, "/sr", "yx", [3, 3]));
        Assert.StartsWith($"{folder.File("sub/.a-1.tmp.h5")}: cannot be written: the HDF5 file cannot be made (HDF5: ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Rectangles that cover a plane once, cut at random.</summary>
    private static IEnumerable<(int Y, int X, int Height, int Width)> Boxes(int y, int x, int height, int width, Random random)
    {
        if (height * width < 4 || random.Next(12) == 0)
        {
            return [(y, x, height, width)];
        }
        if (random.Next(height + width) < height && height > 1)
        {
            var cut = random.Next(1, height);
            return [.. Boxes(y, x, cut, width, random), .. Boxes(y + cut, x, height - cut, width, random)];
        }
        var across = random.Next(1, Math.Max(width, 2));
        return width == 1 ? [(y, x, height, width)] : [.. Boxes(y, x, height, across, random), .. Boxes(y, x + across, height, width - across, random)];
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
