using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5;

/// <summary>Reads the scales with h5py, which uses libhdf5_hl, and with h5dump.</summary>
public sealed class DimensionScalesTests
{
    private const string Describe = """
        import sys, h5py
        f = h5py.File(sys.argv[1])
        d = f['sr']
        print(','.join(f), '|', *d.attrs.get('element_size_um', []), '|', len(d.attrs.get('DIMENSION_LIST', [])))
        for n, dim in enumerate(d.dims):
            for name in dim.keys():
                s = dim[name]
                assert s.name == '/' + name and h5py.h5ds.is_scale(s.id) and h5py.h5ds.is_attached(d.id, s.id, n)
                assert [(f[r].name, i) for r, i in s.attrs['REFERENCE_LIST']] == [('/sr', n)]
                assert [f[r].name for r in d.attrs['DIMENSION_LIST'][n]] == [s.name]
                print(n, dim.label, h5py.h5ds.get_scale_name(s.id).decode(), s.dtype, s.shape, s.attrs['units'], *s[:3].round(6))
        """;

    [Theory]
    [InlineData("zyx", 0.065, 0.25,
        "sr,x,y,z | 0.25 0.065 0.065 | 3\n0 z z float64 (2,) um 0.0 0.25\n"
        + "1 y y float64 (4,) um 0.0 0.065 0.13\n2 x x float64 (5,) um 0.0 0.065 0.13")]
    [InlineData("xyzct", 0.5, 2.0,
        "sr,x,y,z | 2.0 0.5 0.5 | 5\n0 x x float64 (5,) um 0.0 0.5 1.0\n"
        + "1 y y float64 (4,) um 0.0 0.5 1.0\n2 z z float64 (2,) um 0.0 2.0")]
    [InlineData("tzyx", 0.5, null, "sr,x,y | 1.0 0.5 0.5 | 4\n2 y y float64 (4,) um 0.0 0.5 1.0\n3 x x float64 (5,) um 0.0 0.5 1.0")]
    [InlineData("yx", 0.5, 2.0, "sr,x,y | 2.0 0.5 0.5 | 2\n0 y y float64 (4,) um 0.0 0.5 1.0\n1 x x float64 (5,) um 0.0 0.5 1.0")]
    [InlineData("zyx", null, 2.0, "sr | | 0")]
    public void Create_KnownSizes_GiveScalesThatOtherProgramsFind(string axes, double? pixelUm, double? planeUm, string expected)
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("a.h5"), axes, [.. axes.Select(axis => axis switch { 'y' => 4L, 'x' => 5, _ => 2 })], pixelUm, planeUm);
        Assert.Equal(expected, ChildProcess.Python(Describe, folder.File("a.h5")));
        Assert.Equal(
            ("/sr", axes),
            (DatasetHeaders.Read(folder.File("a.h5"), "auto").Dataset, DatasetHeaders.Read(folder.File("a.h5"), "auto").Axes));
    }

    [Fact]
    public void Create_KnownSizes_H5dumpFollowsTheReferences()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("a.h5"), "zyx", [2, 4, 5], 0.5, 2);
        var dump = ChildProcess.Run("h5dump", "-A", folder.File("a.h5"));
        Assert.Matches("""\(0\): \(DATASET \d+ "/z"\), \(DATASET \d+ "/y"\), \(DATASET \d+ "/x"\)\n""", dump);
        Assert.Matches(
            """H5T_REFERENCE \{ H5T_STD_REF_OBJECT \} "dataset";\s+H5T_STD_I32LE "dimension";\s+\}\s+"""
            + """DATASPACE  SIMPLE \{ \( 1 \) / \( 1 \) \}\s+DATA \{\s+\(0\): \{\s+DATASET \d+ "/sr",\s+2\s""",
            dump);
    }

    /// <summary>A damaged file may give any length; the scale of its output must not get that long.</summary>
    [Fact]
    public void Create_AxisOfAnyLength_GetsNoScale()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("a.h5"), "zyx", [1L << 40, 4, 5], 0.5, 2);
        Assert.Equal(
            "sr,x,y | 2.0 0.5 0.5 | 3\n1 y y float64 (4,) um 0.0 0.5 1.0\n2 x x float64 (5,) um 0.0 0.5 1.0",
            ChildProcess.Python(Describe, folder.File("a.h5")));
    }

    private static void Write(string path, string axes, long[] shape, double? pixelUm, double? planeUm)
    {
        var layout = new PlaneLayout { Dataset = "/sr", Axes = axes, Shape = shape };
        using var writer = PlaneWriter.Create(path, [layout], new ElementSize(planeUm, pixelUm, pixelUm));
        PlaneReaderWriterTests.Write(writer, layout, default, 4, 5, Enumerable.Repeat(7f, 20).ToArray());
        writer.Close();
    }
}
