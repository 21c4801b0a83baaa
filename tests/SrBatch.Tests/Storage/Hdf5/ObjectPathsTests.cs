using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5;

/// <summary>Counts searches through a file: each takes as long as the file has objects.</summary>
public sealed class ObjectPathsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("shared", 100, 2)]
    [InlineData("shared", 200, 2)]
    [InlineData("own", 100, 9)]
    [InlineData("own", 200, 9)]
    public void Describe_DatasetsWithScales_SearchesAreAsManyForTwiceTheDatasets(string kind, int count, int searches)
    {
        ChildProcess.Python("""
            import h5py, numpy as np, sys
            path, kind, count = sys.argv[1:]
            with h5py.File(path, 'w') as f:
                def scales(group):
                    for name in 'yx':
                        group[name] = np.arange(8) * 0.1
                        group[name].make_scale('axis')  # no axis has that name: the path tells it
                        group[name].attrs['units'] = 'um'
                scales(f)
                for n in range(int(count)):
                    group = f.create_group(f'g{n}')
                    if kind == 'own':
                        scales(group)
                    group['d'] = np.ones((8, 8), 'u2')
                    for axis, name in enumerate('yx'):
                        group['d'].dims[axis].attach_scale((group if kind == 'own' else f)[name])
            """, _folder.File("a.h5"), kind, $"{count}");
        using var file = Hdf5File.OpenRead(_folder.File("a.h5"));
        var headers = new DatasetHeaders(file);
        for (var n = 0; n < count; n++)
        {
            using var dataset = file.OpenDataset($"/g{n}/d");
            var header = headers.Describe(dataset);
            Assert.Equal("yx", header.Axes);
            Assert.Equal(0.1, header.ElementSizeUm!.X!.Value, 1e-9);
            Assert.Equal(0.1, header.ElementSizeUm.Y!.Value, 1e-9);
        }
        Assert.Equal(searches, file.Paths.Searches);
    }
}
