using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5.Flavours;

public sealed class ImarisFlavourTests
{
    private const string Pattern = "/DataSet/ResolutionLevel 0/TimePoint {t}/Channel {c}/Data";

    [Theory]
    [InlineData("/DataSet")]
    [InlineData("/Scene 8")]
    public void Auto_PaddedLevels_IsTheFullImageWithoutPadding(string root)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, $"""
            f = h5py.File(folder + 'a.ims', 'w')
            expect('full', imaris(f, '{root}')[0])
            if 'DataSet' not in f:
                f['DataSet'] = h5py.SoftLink('{root}') # as Imaris 10 does
            """);
        var header = DatasetHeaders.Read(folder.File("a.ims"), "auto");
        Assert.Equal(("imaris", Pattern, "tczyx", ElementType.UInt16), (header.Flavour, header.Dataset, header.Axes, header.ElementType));
        Assert.Equal([2, 2, 5, 20, 30], header.Shape);
        Assert.Equal(new ElementSize(2, 0.4, 0.3), header.ElementSizeUm);
        FlavourFile.AssertReadsAs(folder.File("full"), header);
    }

    [Fact]
    public void LowerLevelAndSingleDataset_HaveTheirOwnVoxelsAndLengths()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(
            folder,
            "f = h5py.File(folder + 'a.ims', 'w')\nfull, half = imaris(f)\nexpect('half', half)\nexpect('one', full[1, 0])");
        var half = DatasetHeaders.Read(folder.File("a.ims"), "/DataSet/ResolutionLevel 1/TimePoint {t}/Channel {c}/Data");
        Assert.Equal([2, 2, 5, 10, 15], half.Shape);
        Assert.Equal(new ElementSize(2, 0.8, 0.6), half.ElementSizeUm);
        FlavourFile.AssertReadsAs(folder.File("half"), half);

        var one = DatasetHeaders.Read(folder.File("a.ims"), "/DataSet/ResolutionLevel 0/TimePoint 1/Channel 0/Data");
        Assert.Equal(("imaris", "zyx", new ElementSize(2, 0.4, 0.3)), (one.Flavour, one.Axes, one.ElementSizeUm));
        Assert.Equal([5, 20, 30], one.Shape);
        FlavourFile.AssertReadsAs(folder.File("one"), one);
    }

    private const string First = "/DataSet/ResolutionLevel 0/TimePoint 0/Channel 0";

    [Theory]
    [InlineData("own(lambda a, k, v: a.__setitem__(k, int(v)))", "")] // numbers
    [InlineData("own(lambda a, k, v: a.__setitem__(k, np.array([int(v)], 'f8')))", "")]
    [InlineData("own(lambda a, k, v: a.__setitem__(k, v))", "")] // texts
    [InlineData("own(lambda a, k, v: a.__setitem__(k, np.array([32, *v.encode()], 'u1')))", "")] // characters as bytes
    [InlineData("own(lambda a, k, v: a.__delitem__(k))",
        $"'{First}' has no ImageSizeX, ImageSizeY and ImageSizeZ: lengths are X, Y and Z of '/DataSetInfo/Image'")]
    [InlineData("own(lambda a, k, v: a.__delitem__(k)); scene.update(X=30, Y=20, Z=5)",
        $"'{First}' has no ImageSizeX, ImageSizeY and ImageSizeZ: lengths are X, Y and Z of '/DataSetInfo/Image'")]
    [InlineData("del scene['Unit']", "'/DataSetInfo/Image' has no Unit: its extent is in micrometres")]
    public void Auto_OtherWaysToWriteTheAttributes_GiveTheSameImage(string script, string assumption)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, $"""
            f = h5py.File(folder + 'a.ims', 'w')
            expect('full', imaris(f)[0])
            scene = f['DataSetInfo/Image'].attrs
            def own(change):
                def visit(name, group):
                    for k in [k for k in group.attrs if k.startswith('ImageSize')]:
                        change(group.attrs, k, b''.join(group.attrs[k]).decode())
                f.visititems(visit)
            {script}
            """);
        var header = DatasetHeaders.Read(folder.File("a.ims"), "auto");
        Assert.Equal([2, 2, 5, 20, 30], header.Shape);
        Assert.Equal(new ElementSize(2, 0.4, 0.3), header.ElementSizeUm);
        Assert.Equal(assumption, string.Join('|', header.Assumptions));
        FlavourFile.AssertReadsAs(folder.File("full"), header);
    }

    [Fact]
    public void ImageSize_NowhereInTheFile_TakesThePaddedDatasetAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, """
            f = h5py.File(folder + 'a.ims', 'w')
            imaris(f)
            f.visititems(lambda name, o: [o.attrs.__delitem__(k) for k in list(o.attrs) if k.startswith('ImageSize')] and None or None)
            for k in 'XYZ':
                del f['DataSetInfo/Image'].attrs[k]
            """);
        var header = DatasetHeaders.Read(folder.File("a.ims"), "auto");
        Assert.Equal([2, 2, 8, 32, 32], header.Shape);
        Assert.Equal(
            [
                $"'{First}' has no ImageSizeX, ImageSizeY and ImageSizeZ, and '/DataSetInfo/Image' no X, Y and Z: "
                    + "the whole dataset is taken as image, with its padding if it has any",
            ],
            header.Assumptions);
    }

    [Theory]
    [InlineData("chars('\u00b5m')")] // two characters in UTF-8
    [InlineData("np.array([b'\\xc2', b'\\xb5', b'm'], 'S1')")]
    [InlineData("np.bytes_(b'\\xb5m')")] // Latin-1
    public void Unit_WithAMicroSign_IsMicrometres(string unit)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, $"f = h5py.File(folder + 'a.ims', 'w')\nimaris(f)\nf['DataSetInfo/Image'].attrs['Unit'] = "
            + unit.Replace("chars(", "np.bytes_(", StringComparison.Ordinal).Replace("\u00b5m'", "\u00b5m'.encode()", StringComparison.Ordinal));
        Assert.Equal(new ElementSize(2, 0.4, 0.3), DatasetHeaders.Read(folder.File("a.ims"), "auto").ElementSizeUm);
    }

    [Fact]
    public void Auto_ImageBehindALinkThatLeadsNowhere_IsNotReplacedByTheThumbnail()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, $"""
            f = h5py.File(folder + 'a.ims', 'w')
            f.create_group('{First}')['Data'] = h5py.ExternalLink('gone.h5', '/d')
            f['Thumbnail/Data'] = np.zeros((8, 32), 'u1')
            """);
        FlavourFile.AssertRefused(
            $"dataset '{First}/Data' cannot be read: '{First}/Data' is an external link to /d of gone.h5, which cannot be opened.",
            folder.File("a.ims"));
    }

    [Theory]
    [InlineData("99999999999")]
    [InlineData("33")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("99999999999999999999999")]
    [InlineData("3O")]
    public void ImageSize_NotWithinTheDataset_IsRefused(string size)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(
            folder,
            $"f = h5py.File(folder + 'a.ims', 'w')\nimaris(f)\nf['DataSet/ResolutionLevel 0/TimePoint 0/Channel 0']."
            + $"attrs['ImageSizeX'] = chars('{size}')");
        FlavourFile.AssertRefused(
            $"ImageSizeX of '/DataSet/ResolutionLevel 0/TimePoint 0/Channel 0' is '{size}'; expected 1 to 32, as "
            + "'/DataSet/ResolutionLevel 0/TimePoint 0/Channel 0/Data' is (8, 32, 32). "
            + "The file is damaged; save it anew in Imaris.",
            folder.File("a.ims"));
    }

    [Theory]
    [InlineData("Unit", "nm", 2e-3, 0.4e-3, 0.3e-3)]
    [InlineData("Unit", "mm", 2e3, 0.4e3, 0.3e3)]
    [InlineData("ExtMax0", "-3.0", 2.0, 0.4, null)]
    [InlineData("ExtMax2", "nan", null, 0.4, 0.3)]
    [InlineData("ExtMin1", "wide", 2.0, null, 0.3)]
    public void VoxelSize_UnitsAndExtents(string attribute, string value, double? z, double? y, double? x)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(
            folder,
            $"f = h5py.File(folder + 'a.ims', 'w')\nimaris(f)\nf['DataSetInfo/Image'].attrs['{attribute}'] = chars('{value}')");
        var size = DatasetHeaders.Read(folder.File("a.ims"), "auto").ElementSizeUm!;
        double?[] expected = [z, y, x], found = [size.Z, size.Y, size.X];
        // The factor of the unit adds a rounding error.
        Assert.All(
            expected.Zip(found),
            pair => Assert.Equal(pair.First ?? double.NaN, pair.Second ?? double.NaN, 1e-12 * (pair.First ?? 1)));
    }

    [Fact]
    public void VoxelSize_UnitThatIsNoLength_IsUnknown()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, "f = h5py.File(folder + 'a.ims', 'w')\nimaris(f)\nf['DataSetInfo/Image'].attrs['Unit'] = chars('pixel')");
        Assert.Null(DatasetHeaders.Read(folder.File("a.ims"), "auto").ElementSizeUm);
    }

    [Fact]
    public void DatasetsThatAreNoWholeImage_AreNamed()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, """
            def damaged(name, change):
                with h5py.File(folder + name, 'w') as f:
                    imaris(f, levels=1)
                    change(f['DataSet/ResolutionLevel 0'])
            def short(g):
                g['TimePoint 1/Channel 1'].attrs['ImageSizeZ'] = chars('4')
            def real(g):
                del g['TimePoint 1/Channel 0/Data']
                g['TimePoint 1/Channel 0/Data'] = np.zeros((8, 32, 32), 'f4')
            def gap(g):
                g.move('TimePoint 1', 'TimePoint 12')
            def more(g):
                g['TimePoint 1/Channel 2/Data'] = np.zeros((8, 32, 32), 'u2')
            def fewer(g):
                del g['TimePoint 1/Channel 1']
            for change in (short, real, gap, more, fewer):
                damaged(change.__name__, change)
            """);
        string Odd(string what) =>
            $"'{Pattern}' is no whole image: {what}. Numbers must go from 0 without a gap, and all datasets be alike; "
            + "set input.dataset to a part that is whole.";
        const string Level = "/DataSet/ResolutionLevel 0";
        FlavourFile.AssertRefused(
            Odd($"'{Level}/TimePoint 1/Channel 1/Data' is (4, 20, 30) uint16, "
                + $"but '{Level}/TimePoint 0/Channel 0/Data' is (5, 20, 30) uint16"),
            folder.File("short"));
        FlavourFile.AssertRefused(
            Odd($"'{Level}/TimePoint 1/Channel 0/Data' is (5, 20, 30) float32, "
                + $"but '{Level}/TimePoint 0/Channel 0/Data' is (5, 20, 30) uint16"),
            folder.File("real"));
        FlavourFile.AssertRefused(Odd($"'{Level}/TimePoint 1' is missing, but '{Level}/TimePoint 12' is there"), folder.File("gap"));
        FlavourFile.AssertRefused(
            Odd($"'{Level}/TimePoint 1/Channel 2/Data' is there, but '{Level}/TimePoint 0/Channel 2/Data' is not"),
            folder.File("more"));
        FlavourFile.AssertRefused(
            Odd($"'{Level}/TimePoint 1/Channel 1/Data' is missing, though the numbers go up to t 1 and c 1"),
            folder.File("fewer"));
    }

    [Fact]
    public void SoftLinkToItself_IsNoImaris()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(
            folder,
            "f = h5py.File(folder + 'a.ims', 'w')\nf['DataSet'] = h5py.SoftLink('/DataSet')\nf['raw'] = np.zeros((4, 5), 'u2')");
        Assert.Equal(
            ("h5py", "/raw"),
            DatasetHeaders.Read(folder.File("a.ims"), "auto") is var header ? (header.Flavour, header.Dataset) : default);
    }
}
