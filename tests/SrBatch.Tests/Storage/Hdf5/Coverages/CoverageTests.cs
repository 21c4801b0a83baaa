using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Coverages;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Tests.Storage.Hdf5.Coverages;

/// <summary>Every dataset has ones where it was written and the fill value 0 elsewhere: zeros are counted.</summary>
public sealed class CoverageTests : IDisposable
{
    private const string MakeFiles = """
        import h5py, numpy as np, sys
        d = sys.argv[1] + '/'
        with h5py.File(d + 'a.h5', 'w', libver='latest') as f:
            ones = np.ones((4, 30, 40), 'u2')
            f['contiguous'] = ones
            f.create_dataset('none', ones.shape, 'u2')
            f.create_dataset('none_chunked', ones.shape, 'u2', chunks=(1, 16, 16))
            f.create_dataset('whole', data=ones, chunks=(1, 16, 16), compression='gzip')
            for name, options in [('packed', dict(compression='gzip')), ('plain', {}), ('grows', dict(maxshape=(None, None, None)))]:
                e = f.create_dataset(name, ones.shape, 'u2', chunks=(2, 16, 16), **options)
                e[0:2, 0:16, 16:32] = 1
                e[2:4, 16:30, 32:40] = 1
            e = f.create_dataset('early', ones.shape, 'u2', chunks=(2, 16, 16), fillvalue=1)
            e[...] = 1
            def virtual(name, shape, *parts, **limits):
                layout = h5py.VirtualLayout(shape, 'u2', **limits)
                for to, source, shape, of in parts:
                    layout[to] = h5py.VirtualSource('.', source, shape)[of]
                f.create_virtual_dataset(name, layout)
            s = np.s_
            virtual('mosaic', (2, 60, 40), (s[0, 0:30, :], 'contiguous', ones.shape, s[1]),
                (s[1, 20:50, 5:35], 'contiguous', ones.shape, s[0, :, 0:30]))
            virtual('overlap', (30, 40), (s[0:20, 0:30], 'contiguous', ones.shape, s[0, 0:20, 0:30]),
                (s[10:30, 20:40], 'contiguous', ones.shape, s[0, 0:20, 0:20]))
            virtual('nested', (30, 40), (s[:, :], 'plain', ones.shape, s[0]))
            virtual('nested_twice', (20, 20), (s[2:20, 3:20], 'nested', (30, 40), s[4:22, 20:37]))
            virtual('striped', (30, 40), (s[::2, :], 'contiguous', ones.shape, s[0, 0:15, :]))
            virtual('unmapped', (30, 40))
            virtual('of_none', (30, 40), (s[:, :], 'none', ones.shape, s[0]))
        """;

    private readonly TemporaryFolder _folder = new();

    public CoverageTests() => ChildProcess.Python(MakeFiles, _folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("contiguous")]
    [InlineData("whole")]
    [InlineData("early")]
    [InlineData("packed")]
    [InlineData("plain")]
    [InlineData("grows")]
    [InlineData("mosaic")]
    [InlineData("overlap")]
    [InlineData("nested")]
    [InlineData("nested_twice")]
    [InlineData("striped")]
    public void NeverWritten_OfBoxes_IsTheNumberOfFillValues(string name)
    {
        using var file = Hdf5File.OpenRead(_folder.File("a.h5"));
        using var dataset = file.OpenDataset(name);
        var random = new Random(1);
        for (var n = 0; n < 20; n++)
        {
            var start = Array.ConvertAll(dataset.Shape, length => n == 0 ? 0 : random.NextInt64(length));
            long[] count = [.. dataset.Shape.Zip(start, (length, first) => n == 0 ? length : 1 + random.NextInt64(length - first))];
            var values = new float[count.Aggregate((product, length) => product * length)];
            dataset.Read(start, count, values);
            Assert.Equal(values.Count(value => value == 0), dataset.NeverWritten(start, count));
        }
        Assert.False(dataset.IsNeverWritten);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("none_chunked")]
    [InlineData("unmapped")]
    [InlineData("of_none")]
    public void Header_NothingWritten_IsRefused(string name)
    {
        var path = _folder.File("a.h5");
        using (var file = Hdf5File.OpenRead(path))
        {
            using var dataset = file.OpenDataset(name);
            Assert.True(dataset.IsNeverWritten);
        }
        var (axes, shape) = name.StartsWith("none", StringComparison.Ordinal) ? ("zyx", "4, 30, 40") : ("yx", "30, 40");
        Assert.Equal(1, DatasetHeaders.Read(path, name).NeverWritten);
        var error = Assert.Throws<SrBatchException>(() => PlaneReader.Open(path, name, axes));
        Assert.Equal(ExitCode.ImagesFailed, error.ExitCode);
        Assert.Equal($"{path}: '/{name}' ({shape}) has no pixels: the file has its header, but no value was ever written. "
            + "Copy the file again from its source, or leave it out.", error.Message);
    }

    [Fact]
    public void NeverWritten_OfManyChunks_IsThatOfTheBox()
    {
        var path = _folder.File("many.h5");
        ChildProcess.Python("""
            import h5py, numpy as np, sys
            with h5py.File(sys.argv[1], 'w', libver='latest') as f:
                d = f.create_dataset('d', (3, 150, 140), 'u1', chunks=(1, 1, 1), maxshape=(None, 150, 140))
                d[0] = 1
                d[1, :10] = 1
            """, path);
        using var file = Hdf5File.OpenRead(path);
        using var dataset = file.OpenDataset("d");
        const long Plane = 150 * 140;
        Assert.Equal(0, dataset.NeverWritten([0, 0, 0], [1, 150, 140]));
        Assert.Equal(Plane - 1400, dataset.NeverWritten([1, 0, 0], [1, 150, 140]));
        Assert.Equal(Plane, dataset.NeverWritten([2, 0, 0], [1, 150, 140]));
        Assert.Equal(2 * Plane - 1400, dataset.NeverWritten([0, 0, 0], [3, 150, 140]));
    }

    [Fact]
    public void VirtualStack_OfFilesWithGaps_OpensEachOnce()
    {
        const int Planes = 40;
        var path = _folder.File("stack.h5");
        MakeStack(path, Planes);
        using var file = Hdf5File.OpenRead(path);
        using var handle = Hdf5Handle.Dataset(H5D.open(file.Id, "d", file.Guard.Datasets.Id));
        using var scope = Hdf5Library.Enter(path);
        var coverage = Assert.IsType<VirtualCoverage>(Coverage.Of(handle, file.Guard));
        Assert.Equal(Planes * 12 * 4, coverage.Missing(new Hdf5Box([0, 0, 0], [Planes, 16, 16])));
        for (var n = 0; n < Planes; n++)
        {
            Assert.Equal(12 * 4, coverage.Missing(new Hdf5Box([n, 0, 0], [1, 16, 16])));
            Assert.Equal(2, coverage.Missing(new Hdf5Box([n, 11, 0], [1, 2, 2])));
        }
        Assert.Equal(Planes, coverage.Opened);
    }

    [Fact]
    public void Read_SourceThatVanishedAfterOpening_IsAnError()
    {
        var path = _folder.File("stack.h5");
        MakeStack(path, 3);
        using var reader = PlaneReader.Open(path, "/d", "zyx");
        var values = new float[256];
        reader.Read(new PlaneIndex(0, 0, 0), 0, 0, 16, 16, values);
        File.Delete(_folder.File("2.h5"));
        reader.Read(new PlaneIndex(0, 0, 1), 0, 0, 16, 16, values);
        var error = Assert.Throws<SrBatchException>(() => reader.Read(new PlaneIndex(0, 0, 2), 0, 0, 16, 16, values));
        Assert.Equal(ExitCode.ImagesFailed, error.ExitCode);
        Assert.Equal($"{path}: dataset '/d' draws on {_folder.File("2.h5")}, which was deleted or moved while the image was read. "
            + "Put it back.", error.Message);
    }

    [Fact]
    public void Header_GivesTheShare_AndThePlaneReaderThatOfAPlane()
    {
        var path = _folder.File("a.h5");
        Assert.Equal(0, DatasetHeaders.Read(path, "whole").NeverWritten);
        Assert.Equal(1 - (2 * 16 * 16 + 2 * 14 * 8) / 4800.0, DatasetHeaders.Read(path, "plain").NeverWritten, 1e-12);
        using var reader = PlaneReader.Open(path, "plain", "zyx");
        Assert.Equal(1200 - 14 * 8, reader.NeverWritten(new PlaneIndex(0, 0, 3), 0, 0, 30, 40));
        Assert.Equal(10 * 8 - 8, reader.NeverWritten(new PlaneIndex(0, 0, 0), 15, 16, 10, 8));
    }

    /// <summary>Planes of 16 x 16 pixels, each from its own file, which lacks 12 rows of 4 pixels.</summary>
    private static void MakeStack(string path, int planes) => ChildProcess.Python("""
        import h5py, os, sys
        path, planes = sys.argv[1], int(sys.argv[2])
        layout = h5py.VirtualLayout((planes, 16, 16), 'u2')
        for n in range(planes):
            with h5py.File(f'{os.path.dirname(path)}/{n}.h5', 'w', libver='latest') as f:
                d = f.create_dataset('d', (16, 16), 'u2', chunks=(4, 4))
                d[:, 4:] = 1
                d[12:] = 1
            layout[n] = h5py.VirtualSource(f'{n}.h5', 'd', (16, 16))
        with h5py.File(path, 'w', libver='latest') as f:
            f.create_virtual_dataset('d', layout)
        """, path, $"{planes}");

    [Fact]
    public void BoxUnion_OfAllPairsOfSmallBoxes_CountsEveryIndexOnce()
    {
        List<Hdf5Box> boxes = [];
        for (var n = 0; n < 81; n++)
        {
            boxes.Add(new Hdf5Box([n % 3, n / 3 % 3], [1 + n / 9 % 3, 1 + n / 27]));
        }
        foreach (var first in boxes)
        {
            foreach (var second in boxes)
            {
                var held = 0;
                for (var n = 0; n < 36; n++)
                {
                    held += Holds(first, n / 6, n % 6) || Holds(second, n / 6, n % 6) ? 1 : 0;
                }
                Assert.Equal(held, BoxUnion.Size([first, second, first]));
            }
        }

        static bool Holds(Hdf5Box box, int row, int column) =>
            row >= box.Start[0] && row < box.Start[0] + box.Count[0] && column >= box.Start[1] && column < box.Start[1] + box.Count[1];
    }
}
