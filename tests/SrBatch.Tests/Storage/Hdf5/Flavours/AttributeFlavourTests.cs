using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5.Flavours;

/// <summary>Reads axes and voxel sizes from attributes: Fiji, ilastik, netCDF-4 and h5py.</summary>
public sealed class AttributeFlavourTests
{
    private const string Ilastik = """
        import json
        def tags(name, keys, resolution=0, description='', units=None, path='exported_data', **more):
            with h5py.File(folder + name, 'w') as f:
                d = f.create_dataset(path, data=np.arange(3 ** len(keys)).reshape((3,) * len(keys)).astype('u2'))
                d.attrs['axistags'] = json.dumps(dict(axes=[dict(key=k, resolution=resolution * (i + 1),
                    description=description, **more) for i, k in enumerate(keys)]))
                if units is not None:
                    d.attrs['axis_units'] = json.dumps(units)
                expect(name + '.raw', d[...])

        """;

    private const string NetCdf = """
        def nc(name, dims, coordinates={}, units='um', properties=True):
            with h5py.File(folder + name, 'w') as f:
                if properties:
                    f.attrs['_NCProperties'] = 'version=2,netcdf=4.9.0'
                d = f.create_dataset('intensity', data=np.arange(4 ** len(dims)).reshape((4,) * len(dims)).astype('f4'))
                for i, k in enumerate(dims):
                    s = f.create_dataset(k, data=coordinates.get(k, np.zeros(4, '>f4')))
                    s.make_scale(k if k in coordinates else 'This is a netCDF dimension but not a netCDF variable.         4')
                    s.attrs['_Netcdf4Dimid'] = i
                    if k in coordinates:
                        s.attrs['units'] = units
                    d.dims[i].attach_scale(s)
                f['table'] = np.zeros((4, 2))
                f['table'].make_scale('table')
                expect(name + '.raw', d[...])

        """;

    [Fact]
    public void Fiji_TimesAndChannels_AreOneImage()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, """
            def fiji(name, shape):
                with h5py.File(folder + name, 'w') as f:
                    whole = np.random.default_rng(2).normal(size=(12, 2) + shape).astype('f4')
                    for t in range(12):
                        for c in range(2):
                            d = f.create_dataset(f't{t}/channel{c}', data=whole[t, c])
                            d.attrs['element_size_um'] = [0.5, 0.2, 0.1]
                    expect(name + '.raw', whole)
            fiji('flat.h5', (4, 5))
            fiji('deep.h5', (3, 4, 5))
            """);
        foreach (var (name, axes, shape) in new[] { ("flat.h5", "tcyx", (long[])[12, 2, 4, 5]), ("deep.h5", "tczyx", [12, 2, 3, 4, 5]) })
        {
            var header = DatasetHeaders.Read(folder.File(name), "auto");
            Assert.Equal(
                ("fiji", "/t{t}/channel{c}", axes, new ElementSize(0.5, 0.2, 0.1)),
                (header.Flavour, header.Dataset, header.Axes, header.ElementSizeUm));
            Assert.Equal(shape, header.Shape);
            FlavourFile.AssertReadsAs(folder.File(name + ".raw"), header);
        }
    }

    [Theory]
    [InlineData("'tczyx'", "tczyx", "unknown")]
    [InlineData("'TCZYX', 0.5, units=dict(X='nm')", "tczyx", "? ? 0.0025")]
    [InlineData("'zyx', 0.5, units=dict(x='um', y='um', z='nm')", "zyx", "0.0005 1 1.5")]
    [InlineData("'zyx', 0.5, 'micrometer', typeflags=2", "zyx", "0.5 1 1.5")]
    [InlineData("'zyx', 0.5, 'pixel'", "zyx", "unknown")]
    [InlineData("'zyx', 'x', units=[1, {}]", "zyx", "unknown")]
    [InlineData("'cyx', path='volume/data', typeFlags=1", "cyx", "unknown")]
    [InlineData("'zyq'", null, "unknown")]
    [InlineData("'yyx'", null, "unknown")]
    public void Ilastik_TagsTellAxesAndSize(string arguments, string? axes, string size)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, $"{Ilastik}tags('a.h5', {arguments})");
        var header = DatasetHeaders.Read(folder.File("a.h5"), "auto");
        Assert.Equal(("ilastik", axes), (header.Flavour, header.Axes));
        Assert.Equal(size, Text(header.ElementSizeUm));
        if (axes is not null)
        {
            FlavourFile.AssertReadsAs(folder.File("a.h5.raw"), header);
        }
    }

    [Theory]
    [InlineData("""'{"axes": [{"key": 3}]}'""")]
    [InlineData("'[' * 10000")]
    [InlineData("'\"\\\\ud800\"'")]
    [InlineData("""'{"axes": "zyx"}'""")]
    [InlineData("'null'")]
    [InlineData("np.arange(7)")]
    [InlineData("np.zeros((0,), 'S3')")]
    public void Ilastik_TagsThatAreNone_TellNothing(string tags)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(
            folder,
            $"f = h5py.File(folder + 'a.h5', 'w')\nf['exported_data'] = np.zeros((2, 3, 4), 'u1')\nf['exported_data']."
            + $"attrs['axistags'] = {tags}");
        var header = DatasetHeaders.Read(folder.File("a.h5"), "auto");
        Assert.Equal(("ilastik", null, null), (header.Flavour, header.Axes, header.ElementSizeUm));
    }

    [Theory]
    [InlineData("['time', 'channel', 'depth', 'lat', 'lon']", "tczyx", "unknown")]
    [InlineData("['z', 'y', 'x'], dict(z=np.arange(4) * 2.5, y=np.arange(4, dtype='>f4')[::-1], x=np.arange(10, 14))", "zyx", "2.5 1 1")]
    [InlineData("['z', 'y', 'x'], dict(x=np.arange(4) * 250.), 'nm'", "zyx", "? ? 0.25")]
    [InlineData("['z', 'y', 'x'], dict(x=np.arange(4) * 250.), 'degrees'", "zyx", "unknown")]
    [InlineData("['y', 'x'], dict(x=np.array([0, 1, 2, 3.01]), y=np.array([0, 1, 2, 3.001]))", "yx", "? 1.0003333333333333 ?")]
    [InlineData("['y', 'x'], dict(x=np.full(4, 7.), y=np.array([0, 1, np.nan, 3]))", "yx", "unknown")]
    [InlineData("['gene', 'y', 'x']", null, "unknown")]
    public void NetCdf_ScalesTellAxesAndSize(string arguments, string? axes, string size)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, $"{NetCdf}nc('a.nc', {arguments})");
        var header = DatasetHeaders.Read(folder.File("a.nc"), "auto");
        Assert.Equal(("netcdf4", "/intensity", axes), (header.Flavour, header.Dataset, header.Axes));
        Assert.Equal(size, Text(header.ElementSizeUm));
        if (axes is not null)
        {
            FlavourFile.AssertReadsAs(folder.File("a.nc.raw"), header);
        }
    }

    [Theory]
    [InlineData("d.attrs['DIMENSION_LABELS'] = ['z', 'Y', 'x']", "zyx", "unknown")]
    [InlineData("d.attrs['DIMENSION_LABELS'] = ['time', 'row', 'column']", "tyx", "unknown")]
    [InlineData("d.attrs['DIMENSION_LABELS'] = ['zyx', '', '']", null, "unknown")]
    [InlineData("d.attrs['DIMENSION_LABELS'] = ['y', 'x']", null, "unknown")]
    [InlineData("d.attrs['element_size_um'] = [3, 2, 1]", null, "3 2 1")]
    [InlineData("d.attrs['element_size_um'] = [9, np.inf, 2., 1.]", null, "? 2 1")]
    [InlineData("d.attrs['element_size_um'] = np.array([0.25], 'f4')", null, "? ? 0.25")]
    [InlineData("d.attrs['element_size_um'] = [0, -1, np.nan]", null, "unknown")]
    [InlineData("f['x'] = np.arange(4.); f['x'].make_scale(''); d.dims[2].attach_scale(f['x'])", null, "unknown")]
    [InlineData("d.attrs.create('DIMENSION_LIST', np.array([np.array([d.ref, f.ref], 'O')] * 3 + [0], 'O')[:3], "
        + "dtype=h5py.vlen_dtype(h5py.ref_dtype))", null, "unknown")]
    [InlineData("d.attrs.create('DIMENSION_LIST', [f.ref] * 3, dtype=h5py.ref_dtype)", null, "unknown")]
    [InlineData("d.attrs.create('DIMENSION_LIST', [1, 2, 3])", null, "unknown")]
    public void H5py_LabelsAndSize_AndNonsense(string attribute, string? axes, string size)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(
            folder,
            $"f = h5py.File(folder + 'a.h5', 'w')\nd = f.create_dataset('raw', data=np.zeros((2, 3, 4), 'u1'))\nf['loop'] = f\n"
            + $"{attribute}");
        var header = DatasetHeaders.Read(folder.File("a.h5"), "auto");
        Assert.Equal(("h5py", "/raw", axes), (header.Flavour, header.Dataset, header.Axes));
        Assert.Equal(size, Text(header.ElementSizeUm));
    }

    private static string Text(ElementSize? size)
    {
        static string Um(double? um) => um is { } known ? FormattableString.Invariant($"{known}") : "?";
        return size is null ? "unknown" : $"{Um(size.Z)} {Um(size.Y)} {Um(size.X)}";
    }
}
