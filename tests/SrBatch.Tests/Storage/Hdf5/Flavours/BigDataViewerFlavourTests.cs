using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5.Flavours;

public sealed class BigDataViewerFlavourTests
{
    [Fact]
    public void Auto_SetupsAreChannels_AndSignedValuesMeanUnsigned()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, "expect('whole', bdv('a.h5'))\nspim('a.xml', 'a.h5', ['0.3 0.4 2'] * 2)");
        var header = DatasetHeaders.Read(folder.File("a.h5"), "auto");
        Assert.Equal(
            ("bdv", "/t{t:00000}/s{c:00}/0/cells", "tczyx", ElementType.UInt16),
            (header.Flavour, header.Dataset, header.Axes, header.ElementType));
        Assert.Equal([2, 2, 3, 20, 30], header.Shape);
        Assert.Equal(["'/s00' has no dataType that is text, and '/t00000/s00/0/cells' is int16: read as uint16"], header.Assumptions);
        Assert.Equal(new ElementSize(2, 0.4, 0.3), header.ElementSizeUm);
        FlavourFile.AssertReadsAs(folder.File("whole"), header);
    }

    [Fact]
    public void Auto_UnsignedOnDisk_IsReadAsItIs()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, "expect('whole', bdv('a.h5', dtype='u2'))");
        var header = DatasetHeaders.Read(folder.File("a.h5"), "auto");
        Assert.Equal((ElementType.UInt16, null), (header.ElementType, header.ElementSizeUm));
        Assert.Empty(header.Assumptions);
        FlavourFile.AssertReadsAs(folder.File("whole"), header);
    }

    [Theory]
    [InlineData("f['s00'].attrs['dataType'] = 'int16'", "i2", ElementType.Int16)]
    [InlineData("f['s00'].attrs['dataType'] = 'uint16'", "u2", ElementType.UInt16)]
    [InlineData("xml = 'int16'", "i2", ElementType.Int16)]
    [InlineData("xml = 'int16'; f['s00'].attrs['dataType'] = 'uint16'", "u2", ElementType.UInt16)]
    public void DataType_SaysWhetherValuesAreSigned(string script, string meant, ElementType type)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, $"""
            expect('whole', bdv('a.h5', setups=1)[:, 0].view('{meant}'))
            f, xml = h5py.File(folder + 'a.h5', 'r+'), 'uint16'
            {script}
            spim('a.xml', 'a.h5', ['1 1 1'])
            text = open(folder + 'a.xml').read().replace('"bdv.hdf5"', f'"bdv.hdf5" dataType="{"{xml}"}"')
            open(folder + 'a.xml', 'w').write(text)
            """);
        var header = DatasetHeaders.Read(folder.File("a.h5"), "auto");
        Assert.Equal(type, header.ElementType);
        Assert.Empty(header.Assumptions);
        FlavourFile.AssertReadsAs(folder.File("whole"), header);
    }

    [Theory]
    [InlineData("f['s00'].attrs['dataType'] = 7")]
    [InlineData("f.attrs['dataType'] = 'int16'")]
    public void DataType_ThatIsNoTextOfTheSetup_IsAssumed(string script)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, $"bdv('a.h5', setups=1)\nf = h5py.File(folder + 'a.h5', 'r+')\n{script}");
        var header = DatasetHeaders.Read(folder.File("a.h5"), "auto");
        Assert.Equal(ElementType.UInt16, header.ElementType);
        Assert.Equal(["'/s00' has no dataType that is text, and '/t00000/s00/0/cells' is int16: read as uint16"], header.Assumptions);
    }

    [Fact]
    public void DataType_OfAnotherSize_IsNotBelieved()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, """
            bdv('a.h5', setups=1)
            h5py.File(folder + 'a.h5', 'r+')['s00'].attrs['dataType'] = 'float32'
            """);
        var header = DatasetHeaders.Read(folder.File("a.h5"), "auto");
        Assert.Equal(ElementType.Int16, header.ElementType);
        Assert.Equal(["dataType of '/s00' is 'float32', but '/t00000/s00/0/cells' is int16: read as it is stored"], header.Assumptions);
    }

    [Fact]
    public void OneSetupOfALowerLevel_HasItsOwnVoxels()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(
            folder,
            "w = bdv('a.h5')\nexpect('lower', w[:, 1, :, ::4, ::2])\nexpect('one', w[1, 0])\n"
            + "spim('a.xml', 'a.h5', ['0.3 0.4 2', '0.5 0.5 1'])");
        var lower = DatasetHeaders.Read(folder.File("a.h5"), "/t{t:00000}/s01/1/cells");
        Assert.Equal(("tzyx", new ElementSize(1, 2, 1)), (lower.Axes, lower.ElementSizeUm));
        FlavourFile.AssertReadsAs(folder.File("lower"), lower);
        var one = DatasetHeaders.Read(folder.File("a.h5"), "/t00001/s00/0/cells");
        Assert.Equal(("zyx", new ElementSize(2, 0.4, 0.3)), (one.Axes, one.ElementSizeUm));
        FlavourFile.AssertReadsAs(folder.File("one"), one);
        // Together they have no common size.
        Assert.Null(DatasetHeaders.Read(folder.File("a.h5"), "auto").ElementSizeUm);
    }

    [Theory]
    [InlineData("spim('a.xml', 'other.h5', ['1 2 3'] * 2)", "3 2 1")]
    [InlineData("spim('b.xml', 'other.h5', ['9 9 9'] * 2); spim('c.xml', 'deep/a.h5', ['1 2 3'] * 2, 'nm')", "0.003 0.002 0.001")]
    [InlineData("spim('A.XML', 'other.h5', ['1 2 3'] * 2)", "3 2 1")]
    [InlineData("spim('b.Xml', 'A.H5', ['1 2 3'] * 2)", "3 2 1")]
    [InlineData("spim('a.xml', 'a.h5', ['1 2 3'] * 2, 'cm')", "30000 20000 10000")]
    [InlineData("spim('a.xml', 'a.h5', ['1 2 3'] * 2, 'microns')", "3 2 1")]
    [InlineData("spim('a.xml', 'a.h5', ['1 2 3'] * 2, 'pixel')", "unknown")]
    [InlineData("spim('a.xml', 'a.h5', ['1 2'] * 2)", "unknown")]
    [InlineData("spim('a.xml', 'a.h5', ['1 2 3'])", "unknown")]
    [InlineData("spim('a.xml', 'a.h5', ['-1 nan 1e999'] * 2)", "unknown")]
    [InlineData("spim('a.xml', 'a.h5', ['&v;'] * 2, head='<!DOCTYPE SpimData [<!ENTITY v \"1 2 3\">]>')", "unknown")]
    [InlineData("open(folder + 'a.xml', 'w').write('<SpimData><ViewSetups><ViewSetup>')", "unknown")]
    [InlineData("open(folder + 'a.xml', 'wb').write(bytes(range(256)))", "unknown")]
    [InlineData("import os; os.mkdir(folder + 'a.xml')", "unknown")]
    [InlineData("spim('z.xml', 'other.h5', ['1 2 3'] * 2)", "unknown")]
    public void VoxelSize_ComesFromTheXmlBeside(string xml, string expected)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, "bdv('a.h5')\n" + xml);
        var size = DatasetHeaders.Read(folder.File("a.h5"), "auto").ElementSizeUm;
        Assert.Equal(expected, size is null ? "unknown" : FormattableString.Invariant($"{size.Z} {size.Y} {size.X}"));
    }

    [Fact]
    public void SetupsThatAreNoChannels_AreListed()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, """
            def cells(name, shapes):
                with h5py.File(folder + name, 'w') as f:
                    for s, shape in shapes.items():
                        f[f's{s:02}/resolutions'] = np.ones((1, 3))
                        f[f't00000/s{s:02}/0/cells'] = np.zeros(shape, 'i2')
            cells('differ.h5', {0: (2, 3, 4), 1: (2, 3, 5)})
            cells('gap.h5', {0: (2, 3, 4), 2: (2, 3, 4)})
            cells('third.h5', {2: (2, 3, 4)})
            """);
        FlavourFile.AssertRefused("which setup is the input? They are no channels of one image, as their shapes or types differ. "
            + "Set input.dataset to one of /t{t:00000}/s00/0/cells (2, 3, 4) int16, /t{t:00000}/s01/0/cells (2, 3, 5) int16.",
            folder.File("differ.h5"));
        FlavourFile.AssertRefused("which setup is the input? They are no channels of one image, as their numbers have gaps. "
            + "Set input.dataset to one of /t{t:00000}/s00/0/cells (2, 3, 4) int16, /t{t:00000}/s02/0/cells (2, 3, 4) int16.",
            folder.File("gap.h5"));
        Assert.Equal("/t{t:00000}/s02/0/cells", DatasetHeaders.Read(folder.File("third.h5"), "auto").Dataset);
    }

    [Fact]
    public void TimePointsThatDoNotBeginAtZero_AreRefused()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, "bdv('a.h5')\nh5py.File(folder + 'a.h5', 'a').__delitem__('t00000')");
        FlavourFile.AssertRefused("'/t{t:00000}/s{c:00}/0/cells' is no whole image: '/t00000' is missing, but '/t00001' is there. "
            + "Numbers must go from 0 without a gap, and all datasets be alike; set input.dataset to a part that is whole.",
            folder.File("a.h5"));
    }
}
