using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5.Flavours;

/// <summary>Attributes by which netCDF says what stored numbers mean.</summary>
public sealed class NetcdfValuesTests
{
    /// <summary>Stores <c>values</c>, repeated, with <c>attributes</c> as /v; <c>nan</c> is not-a-number.</summary>
    private const string Prelude = """
        nan = float('nan')
        def store(values, name='a.nc', **attributes):
            with h5py.File(folder + name, 'w') as f:
                d = f.create_dataset('v', data=np.tile(values, (3, 4)))
                d.attrs.update(attributes)

        """;

    [Theory]
    [InlineData("store(np.array([[1, -1], [3, 4]], 'i2'), _FillValue=np.int16(-1))", "[[1, nan], [3, 4]]", ElementType.Float32)]
    [InlineData("store(np.array([[1, 65535], [3, 4]], 'u2'), missing_value=np.array([3, 65535], 'u2'))", "[[1, nan], [nan, 4]]",
        ElementType.Float32)]
    [InlineData("store(np.array([[1, 2], [3, 4]], 'u1'), valid_range=np.array([2, 3], 'u1'))", "[[nan, 2], [3, nan]]",
        ElementType.Float32)]
    [InlineData("store(np.array([[1, 2], [3, 4]], 'u1'), valid_min=2)", "[[nan, 2], [3, 4]]", ElementType.Float32)]
    [InlineData("store(np.array([[1, 2], [3, 4]], '>i4'), valid_max=np.array([2.0]))", "[[1, 2], [nan, nan]]", ElementType.Float32)]
    [InlineData("store(np.array([[1, -9], [3, 4]], 'i2'), _FillValue=np.int16(-9), scale_factor=0.5, add_offset=10.0)",
        "[[10.5, nan], [11.5, 12]]", ElementType.Float32)]
    [InlineData("store(np.array([[1, -1], [-128, 4]], 'i1'), _Unsigned='true', _FillValue=np.int8(-1))", "[[1, nan], [128, 4]]",
        ElementType.Float32)]
    [InlineData("store(np.array([[1, -1], [-128, 4]], 'i1'), _Unsigned='true')", "[[1, 255], [128, 4]]", ElementType.UInt8)]
    [InlineData("store(np.array([[1, 255], [128, 4]], 'u1'), _Unsigned='false')", "[[1, -1], [-128, 4]]", ElementType.Int8)]
    // Rounding to float32 before the offset would give 0 or 64.
    [InlineData("store(np.array([[2000000001, 2000000002]] * 2, 'i4'), add_offset=-2e9)", "[[1, 2], [1, 2]]", ElementType.Float32)]
    [InlineData("store(np.array([[1.5, 1e20], [nan, 4]], 'f4'), missing_value=1e20)", "[[1.5, nan], [nan, 4]]", ElementType.Float32)]
    [InlineData("store(np.array([[1.5, 9.969209968386869e36], [3, 4]], 'f8'))", "[[1.5, nan], [3, 4]]", ElementType.Float64)]
    [InlineData("store(np.array([[1, 2], [3, 4]], 'f4'), _FillValue=np.float32(nan))", "[[1, 2], [3, 4]]", ElementType.Float32)]
    [InlineData("store(np.array([[1, 65535], [3, 4]], 'u2'))", "[[1, 65535], [3, 4]]", ElementType.UInt16)]
    // A fill value is enough without any other sign of netCDF.
    [InlineData("store(np.array([[1, 0], [3, 4]], 'u2'), 'a.h5', _FillValue=np.uint16(0))", "[[1, nan], [3, 4]]", ElementType.Float32)]
    public void Values_AreThoseOfANetcdfReader(string script, string expected, ElementType type)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, $"{Prelude}{script}\nexpect('values', np.tile({expected}, (3, 4)))");
        var header = DatasetHeaders.Read(Directory.GetFiles(folder.Path, "a.*").Single(), "auto");
        Assert.Equal(type, header.ElementType);
        Assert.Empty(header.Assumptions);
        FlavourFile.AssertReadsAs(folder.File("values"), header);
    }

    [Theory]
    [InlineData("store(np.ones((8, 8), 'u2'), _FillValue=np.uint16(0))", ElementType.UInt16)]
    [InlineData("store(np.ones((8, 8), 'i4'), valid_min=0)", ElementType.Int32)]
    [InlineData("store(np.ones((8, 8), 'i2'), _Unsigned='true', _FillValue=np.int16(0))", ElementType.UInt16)]
    [InlineData("store(np.ones((8, 8), 'u2'), _FillValue=np.uint16(0), scale_factor=0.5)", ElementType.Float32)]
    [InlineData("store(np.ones((8, 8), 'f8'), _FillValue=0.0)", ElementType.Float64)]
    public void MissingValues_LeaveTheTypeThatLimitsTheOthers(string script, ElementType type)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, Prelude + script);
        using var reader = PlaneReader.Open(folder.File("a.nc"), "/v", "yx");
        Assert.Equal(type, reader.SourceType);
    }

    [Fact]
    public void Floats_WithoutScale_AreOnlyCompared()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder,
            Prelude + "store(np.array([[1.5, 9.969209968386869e36, nan, -0.0, 1e20, -1e38]], 'f4'), missing_value=1e20)");
        using var reader = PlaneReader.Open(folder.File("a.nc"), "/v", "yx");
        var values = new float[6];
        reader.Read(new PlaneIndex(0, 0, 0), 0, 0, 1, 6, values);
        Assert.Equal(
            Array.ConvertAll([1.5f, float.NaN, float.NaN, 0f, float.NaN, -1e38f], BitConverter.SingleToUInt32Bits),
            Array.ConvertAll(values, BitConverter.SingleToUInt32Bits));
    }

    [Theory]
    [InlineData("store(np.ones((8, 8), 'i2'), valid_range=np.array([0, 1.5]))",
        "attribute valid_range of '/v' has 1.5, which int16 cannot hold, and is not used")]
    [InlineData("store(np.ones((8, 8), 'i2'), scale_factor='half')",
        "attribute scale_factor of '/v' is not a number and is not used")]
    [InlineData("store(np.ones((8, 8), 'i2'), scale_factor=np.array([1.0, 2.0]))",
        "attribute scale_factor of '/v' has 2 values instead of 1 and is not used")]
    [InlineData("store(np.ones((8, 8), 'i2'), scale_factor=h5py.Empty('f8'))",
        "attribute scale_factor of '/v' has 0 values instead of 1 and is not used")]
    [InlineData("store(np.ones((8, 8), 'i2'), missing_value=np.array([], 'i2'))",
        "attribute missing_value of '/v' has 0 values instead of at least 1 and is not used")]
    [InlineData("store(np.ones((8, 8), 'i2'), valid_range=np.array([0], 'i2'))",
        "attribute valid_range of '/v' has 1 values instead of 2 and is not used")]
    [InlineData("store(np.ones((8, 8), 'i2'), valid_max=np.array([1, 2], 'i2'))",
        "attribute valid_max of '/v' has 2 values instead of 1 and is not used")]
    [InlineData("store(np.ones((8, 8), 'i2'), _Unsigned=np.int32(1))", "attribute _Unsigned of '/v' is not text and is not used")]
    [InlineData("store(np.ones((8, 8), 'i2'), _Unsigned='yes')",
        "attribute _Unsigned of '/v' is 'yes', neither true nor false, and is not used")]
    [InlineData("store(np.ones((8, 8), 'i2'), 'a.h5', scale_factor=0.5, add_offset=1)",
        "the file is not netCDF: attribute scale_factor, add_offset of '/v' does not change the values")]
    public void Attributes_ThatAreNotUsed_AreNamed(string script, string assumption)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, Prelude + script);
        var header = DatasetHeaders.Read(Directory.GetFiles(folder.Path, "a.*").Single(), "auto");
        Assert.Equal(ElementType.Int16, header.ElementType);
        Assert.Equal([assumption], header.Assumptions);
    }

    [Theory]
    [InlineData("'f4'", "_FillValue=np.float32(0), valid_min=nan", "attribute valid_min of '/v' has NaN and is not used")]
    [InlineData("'f4'", "_FillValue=np.float32(0), _Unsigned='true'",
        "attribute _Unsigned of '/v' means nothing for float32 and is not used")]
    public void Attributes_ThatMeanNothingForFloats_AreNamed(string type, string attributes, string assumption)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, $"{Prelude}store(np.ones((8, 8), {type}), {attributes})");
        Assert.Equal([assumption], DatasetHeaders.Read(folder.File("a.nc"), "auto").Assumptions);
    }

    [Theory]
    [InlineData("'i2'", "scale_factor=nan", "scale_factor is NaN", "that is finite and that float32 can hold")]
    [InlineData("'i2'", "scale_factor=1e39", "scale_factor is 1E+39", "that is finite and that float32 can hold")]
    [InlineData("'f8'", "scale_factor=np.inf", "scale_factor is Infinity", "that is finite and that float32 can hold")]
    [InlineData("'i2'", "add_offset=-np.inf", "add_offset is -Infinity", "that is finite and that float32 can hold")]
    [InlineData("'i2'", "valid_range=np.array([3000, 0], 'i2')", "valid_range allows values from 3000 to 0", "that leaves values of int16")]
    [InlineData("'f4'", "valid_min=2.0, valid_max=1.0", "valid_min, valid_max allows values from 2 to 1", "that leaves values of float32")]
    [InlineData("'u1'", "valid_min=300", "valid_min allows values from 300 to Infinity", "that leaves values of uint8")]
    public void Attributes_ThatLeaveNoValue_AreRefused(string type, string attributes, string found, string expected)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, $"{Prelude}store(np.ones((8, 8), {type}), {attributes})");
        FlavourFile.AssertRefused(
            $"dataset '/v': attribute {found}, so no value is left; expected one {expected}. "
                + "Correct the attribute or delete it, e.g. with ncatted.",
            folder.File("a.nc"));
    }

    [Theory]
    [InlineData("store(np.array([[1e-39, 2e-39], [3e-39, 4e-39]], 'f8'), scale_factor=1e39)", "[[1, 2], [3, 4]]")]
    [InlineData("store(np.array([[1, -1], [-128, 4]], 'i1'), _Unsigned='true', valid_range=np.array([0, -1], 'i1'))",
        "[[1, 255], [128, 4]]")]
    public void Attributes_ThatLeaveValues_AreUsed(string script, string expected)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, $"{Prelude}{script}\nexpect('values', np.tile({expected}, (3, 4)))");
        FlavourFile.AssertReadsAs(folder.File("values"), DatasetHeaders.Read(folder.File("a.nc"), "auto"));
    }
}
