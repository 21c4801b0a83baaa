using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5;

/// <summary>
/// Values that should be in other files and are not: HDF5 reads the fill value instead and reports nothing. The files are written by h5py.
/// </summary>
public sealed class Hdf5MissingTests : IDisposable
{
    private const string MakeFiles = """
        import h5py, numpy as np, os, sys
        d = sys.argv[1] + '/'
        v = np.arange(12, dtype='u2').reshape(3, 4) + 1
        def put(name, **datasets):
            with h5py.File(d + name, 'w') as f:
                for k, values in datasets.items():
                    f[k] = values
        put('whole.h5', low=v, f4=v.astype('f4'), i2=v.astype('i2'), text='abc')
        put('small.h5', low=v[:2])
        put('flat.h5', low=v[0])
        open(d + 'text.h5', 'w').write('these are no pixels')
        os.mkdir(d + 'folder.h5')
        v.tofile(d + 'x.raw')
        v[:2].tofile(d + 'short.raw')
        with h5py.File(d + 'a.h5', 'w', libver='latest') as f:
            def virtual(name, file, source='low', part=np.s_[:, :], dtype='u2'):
                layout = h5py.VirtualLayout((3, 4), dtype)
                layout[part] = h5py.VirtualSource(file, source, (3, 4))[part]
                f.create_virtual_dataset(name, layout)
            virtual('whole', 'whole.h5')
            virtual('gone', 'gone.h5')
            virtual('gone_absolute', d + 'none/gone.h5')
            virtual('text', 'text.h5')
            virtual('folder', 'folder.h5')
            virtual('lacks', 'whole.h5', 'high')
            virtual('own', '.', 'none')
            virtual('small', 'small.h5', part=np.s_[0:3, 1:3])
            virtual('small_fits', 'small.h5', part=np.s_[0:2, 1:3])
            virtual('flat', 'flat.h5')
            layout = h5py.VirtualLayout((3, 4), 'u2')
            layout[:] = h5py.VirtualSource('flat.h5', 'low', (3, 4))
            f.create_virtual_dataset('flat_whole', layout)
            virtual('float', 'whole.h5', 'f4')
            virtual('signed', 'whole.h5', 'i2')
            virtual('wider', 'whole.h5', 'i2', dtype='f4')
            virtual('string', 'whole.h5', 'text')
            virtual('nested', '.', 'gone')
            f['link'] = h5py.ExternalLink('gone.h5', '/low')
            for name, file in [('raw', 'x.raw'), ('raw_gone', 'gone.raw'), ('raw_short', 'short.raw')]:
                f.create_dataset(name, (3, 4), 'u2', external=[(file, 0, 24)])
            f.create_dataset('raw_two', (3, 4), 'u2', external=[('x.raw', 8, 16), ('short.raw', 10, 8)])
            for name in ['first', 'gap', 'series']:
                p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                s = h5py.h5s.create_simple((3, 2), (h5py.h5s.UNLIMITED, 2))
                s.select_hyperslab((0, 0), (h5py.h5s.UNLIMITED, 1), (1, 1), (1, 2))
                p.set_virtual(s, f'{name}%b.h5'.encode(), b'low', h5py.h5s.create_simple((1, 2)))
                h5py.h5d.create(f.id, name.encode(), h5py.h5t.STD_U16LE, s, dcpl=p)
        for name, numbers in [('first', [1, 2]), ('gap', [0, 2]), ('series', [0, 1, 2])]:
            for n in numbers:
                put(f'{name}{n}.h5', low=v[:1, :2])
        """;

    private readonly TemporaryFolder _folder = new();

    public Hdf5MissingTests() => ChildProcess.Python(MakeFiles, _folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/gone", "draws on gone.h5, which is missing; looked for FOLDER/gone.h5, CURRENT/gone.h5. Put it there")]
    [InlineData("/gone_absolute", "draws on FOLDER/none/gone.h5, which is missing; looked for FOLDER/none/gone.h5, FOLDER/gone.h5, "
        + "CURRENT/gone.h5. Put it there")]
    [InlineData("/text", "draws on FOLDER/text.h5, which cannot be opened "
        + "(HDF5: file signature not found; unable to read superblock; unable to open file)")]
    [InlineData("/folder", "draws on FOLDER/folder.h5, which is no regular file or may not be read")]
    [InlineData("/lacks", "draws on 'high' of FOLDER/whole.h5, which is missing there")]
    [InlineData("/own", "draws on 'none' of FOLDER/a.h5, which is missing there")]
    [InlineData("/small", "draws on 'low' of FOLDER/small.h5, which is (2, 4); expected at least (3, 3)")]
    [InlineData("/flat", "draws on 'low' of FOLDER/flat.h5, which is (4); expected at least (3, 4)")]
    [InlineData("/flat_whole", "draws on 'low' of FOLDER/flat.h5, which is (4), 4 values; expected 12")]
    [InlineData("/float", "is uint16 and draws on 'f4' of FOLDER/whole.h5, which is float32: uint16 does not hold such values. "
        + "Make the virtual dataset of the type of its source")]
    [InlineData("/signed", "is uint16 and draws on 'i2' of FOLDER/whole.h5, which is int16: uint16 does not hold such values. "
        + "Make the virtual dataset of the type of its source")]
    [InlineData("/string", "is uint16 and draws on 'text' of FOLDER/whole.h5, which is string: uint16 does not hold such values. "
        + "Make the virtual dataset of the type of its source")]
    [InlineData("/nested", "draws on gone.h5, which is missing; looked for FOLDER/gone.h5, CURRENT/gone.h5. Put it there")]
    [InlineData("/raw_gone", "keeps its values in FOLDER/gone.raw, which is missing. Put it back")]
    [InlineData("/raw_short", "keeps its values in FOLDER/short.raw, which has 16 bytes; expected at least 24. Copy it again")]
    [InlineData("/raw_two", "keeps its values in FOLDER/short.raw, which has 16 bytes; expected at least 18. Copy it again")]
    [InlineData("/first", "draws on first0.h5, which is missing; looked for FOLDER/first0.h5, CURRENT/first0.h5. Put it there")]
    [InlineData("/gap", "draws on gap1.h5, which is missing; looked for FOLDER/gap1.h5, CURRENT/gap1.h5. Put it there")]
    public void Open_ValuesElsewhereThatAreMissing_IsRefused_ByEveryOpener(string dataset, string problem)
    {
        var path = _folder.File("a.h5");
        problem = problem.Replace("FOLDER", _folder.Path, StringComparison.Ordinal)
            .Replace("CURRENT", Environment.CurrentDirectory, StringComparison.Ordinal);
        using var file = Hdf5File.OpenRead(path);
        Action[] opens =
            [() => file.OpenDataset(dataset), () => PlaneReader.Open(path, dataset, "yx"), () => DatasetHeaders.Read(path, dataset)];
        foreach (var open in opens)
        {
            var error = Assert.Throws<SrBatchException>(open);
            Assert.Equal($"{path}: '{dataset}' {problem}.", error.Message);
            Assert.Equal(ExitCode.ImagesFailed, error.ExitCode);
        }
        Assert.Contains($"{dataset} ({problem})", file.WalkDatasets().Select(found => found.ToString()));
    }

    [Theory]
    [InlineData("/whole", 78)]
    [InlineData("/wider", 78)]
    [InlineData("/small_fits", 2 + 3 + 6 + 7)]
    [InlineData("/raw", 78)]
    [InlineData("/series", 3 * (1 + 2))]
    public void Open_AllIsThere_GivesTheValues(string dataset, float sum)
    {
        using var file = Hdf5File.OpenRead(_folder.File("a.h5"));
        using var opened = file.OpenDataset(dataset);
        var values = new float[opened.Shape.Aggregate(1L, (product, length) => product * length)];
        opened.Read(new long[2], opened.Shape, values);
        Assert.Equal(sum, values.Sum());
    }

    [Fact]
    public void Open_LinkToAMissingFile_NamesIt()
    {
        using var file = Hdf5File.OpenRead(_folder.File("a.h5"));
        Assert.Equal(
            $"{file.Path}: dataset '/link' cannot be read: '/link' is an external link to /low of gone.h5, which cannot be opened.",
            Assert.Throws<SrBatchException>(() => file.OpenDataset("/link")).Message);
    }

    [Fact]
    public void Read_DamagedSource_IsNamed()
    {
        ChildProcess.Python("""
            import h5py, numpy as np, os, sys
            d = sys.argv[1] + '/'
            for name in ('one', 'two'):
                with h5py.File(f'{d}{name}.h5', 'w') as f:
                    low = f.create_dataset('low', data=np.ones((4, 4), 'u2'), chunks=(4, 4), compression='gzip')
                    if name == 'two':
                        low.id.write_direct_chunk((0, 0), b'garbage')
            with h5py.File(d + 'v.h5', 'w', libver='latest') as f:
                layout = h5py.VirtualLayout((8, 4), 'u2')
                for n, name in enumerate(('one', 'two')):
                    layout[4 * n:4 * n + 4] = h5py.VirtualSource(name + '.h5', 'low', (4, 4))
                f.create_virtual_dataset('image', layout)
            os.utime(d + 'v.h5', (0, 0))
            """, _folder.Path);
        using var file = Hdf5File.OpenRead(_folder.File("v.h5"));
        using var image = file.OpenDataset("/image");
        var values = new float[16];
        image.Read([0, 0], [4, 4], values);
        var error = Assert.Throws<SrBatchException>(() => image.Read([4, 0], [4, 4], values));
        Assert.StartsWith(
            $"{file.Path}: dataset '/image' cannot be read at (4, 0), size (4, 4) (HDF5: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("). These values are drawn from two.h5 'low'.", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.ImagesFailed, error.ExitCode);
    }
}
