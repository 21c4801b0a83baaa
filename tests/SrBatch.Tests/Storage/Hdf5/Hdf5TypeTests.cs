using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5;

/// <summary>Types beside the usual ones are read, or named together with what is read.</summary>
public sealed class Hdf5TypeTests : IDisposable
{
    private const string MakeFiles = """
        import h5py, numpy as np, sys
        from h5py import h5d, h5s, h5t
        def floats(size, sign, exponent, exponents, mantissas, bias):
            t = h5t.IEEE_F64LE.copy()
            t.set_fields(sign, exponent, exponents, 0, mantissas)
            t.set_precision(sign + 1)
            t.set_size(size)
            t.set_ebias(bias)
            return t
        with h5py.File(sys.argv[1], 'w') as f:
            def make(name, t):
                return h5d.create(f.id, name.encode(), t, h5s.create_simple((2, 3)))
            d = make('bfloat16', floats(2, 15, 7, 8, 7, 127))
            d.write(h5s.ALL, h5s.ALL, np.array([[0, 1, -2], [0.5, 3e38, 257]], 'f4'))
            f['bool'] = np.array([[True, False, True]])
            make('e4m3', floats(1, 7, 3, 4, 3, 7))
            make('int24', (lambda t: (t.set_precision(24), t.set_size(3), t)[2])(h5t.STD_I32LE.copy()))
            f['long'] = np.ones((2, 3), np.longdouble)
            f['complex'] = np.ones((2, 3), 'c8')
            f['fields'] = np.zeros((2, 3), [(n, 'u1') for n in 'abcdef'])
            f['opaque'] = np.zeros((2, 3), 'V4')
            f.create_dataset('reference', (2, 3), h5py.ref_dtype)
            f.create_dataset('lists', (2, 3), h5py.vlen_dtype('u2'))
            f.create_dataset('array', (2, 3), np.dtype(('u2', (3,))))
            f['text'] = [[b'a', b'b']]
            make('time', h5t.UNIX_D32LE)
        """;

    private readonly TemporaryFolder _folder = new();

    public Hdf5TypeTests() => ChildProcess.Python(MakeFiles, _folder.File("a.h5"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_BrainFloats_GivesTheValues_AndTheName()
    {
        using var file = Hdf5File.OpenRead(_folder.File("a.h5"));
        using var dataset = file.OpenDataset("bfloat16");
        Assert.Equal("bfloat16", dataset.Type.ToString());
        var values = new float[6];
        dataset.Read([0, 0], [2, 3], values);
        // 8 bits of mantissa: 3e38 and 257 are rounded.
        Assert.Equal([0, 1, -2, 0.5f], values[..4]);
        Assert.Equal(3e38, values[4], 3e38 / 256);
        Assert.Equal(257, values[5], 257.0 / 256);
        Assert.Equal("float32", DatasetHeaders.Read(file.Path, "bfloat16").ElementType.ToString().ToLowerInvariant());
    }

    [Theory]
    [InlineData("e4m3", "8-bit float (E4M3)")]
    [InlineData("int24", "24-bit integer")]
    [InlineData("long", "80-bit float (long double)")]
    [InlineData("complex", "compound (r float32, i float32)")]
    [InlineData("fields", "compound (a uint8, b uint8, c uint8, d uint8, ...)")]
    [InlineData("opaque", "opaque")]
    [InlineData("reference", "reference")]
    [InlineData("lists", "variable-length")]
    [InlineData("array", "array")]
    [InlineData("text", "string")]
    [InlineData("time", "time")]
    public void Header_OfAnotherType_NamesItAndWhatIsRead(string dataset, string type)
    {
        var path = _folder.File("a.h5");
        Assert.Equal(
            $"{path}: dataset '/{dataset}' is {type}; expected integers, enums or bitfields of 8, 16, 32 or 64 bits, "
            + "float16, bfloat16, float32 or float64. Set input.dataset to another.",
            Assert.Throws<SrBatchException>(() => DatasetHeaders.Read(path, dataset)).Message);
    }
}
