using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5.Flavours;

/// <summary>What <c>dataset: auto</c> takes from a file with several datasets, some of which cannot be read.</summary>
public sealed class ImageChoiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/movie", "f['movie'] = image(64); f['lut'] = np.zeros((256, 3), 'u1')")]
    [InlineData("/movie", "f['movie'] = image(64); f['Thumbnails/small'] = image(16)")]
    [InlineData("/movie", "f['movie'] = image(64); f['preview_1'] = image(256)")]
    [InlineData("/movie", "f['movie'] = image(64); f['text'] = np.zeros((1, 9000), 'u1')")]
    [InlineData("/preview", "f['preview'] = image(16)")]
    [InlineData("/text", "f['text'] = np.zeros((1, 9000), 'u1')")]
    [InlineData("/image", "f['image'] = image(64); f['notes'] = h5py.SoftLink('/gone')")]
    [InlineData("/low", "f['low'] = image(64); f['high'] = np.zeros((128, 128), 'c8')")]
    [InlineData("/image", "f['image'] = image(64); f['table'] = np.zeros((3, 3), 'S5')")]
    [InlineData("/image", "f['image'] = image(64); f['thumbnail'] = np.zeros((99, 99), 'c8')")]
    [InlineData("/img", "f['img'] = image(64); f['calibration'] = h5py.SoftLink('/gone')")]
    [InlineData("/img", "f['img'] = image(64); f['previous'] = h5py.ExternalLink('gone.h5', '/d')")]
    [InlineData("/img", "f['img'] = image(64); f['table'] = np.zeros((99, 99), 'S5')")]
    [InlineData("/img", "f['img'] = image(64); f['table'] = np.zeros((99, 99), [('name', 'S5'), ('n', 'u1')])")]
    [InlineData("/img", "f['img'] = image(64); f['blobs'] = np.zeros((99, 99), 'V3')")]
    public void Auto_TakesTheImage(string dataset, string script)
    {
        Make(script);
        Assert.Equal(dataset, DatasetHeaders.Read(_folder.File("a.h5"), "auto").Dataset);
    }

    [Theory]
    [InlineData("f['field'] = np.zeros((99, 99), 'c8'); f['thumbnail'] = image(16)", "dataset '/field' is compound")]
    [InlineData("f['field'] = np.zeros((99, 99), 'c8'); f['small'] = image(16)", "dataset '/field' is compound")]
    [InlineData("f['field'] = np.zeros((99, 99), 'c8'); f['image'] = image(16)", "dataset '/field' is compound")]
    [InlineData("f['raw'] = np.zeros((9, 9), 'c8'); f['note'] = np.zeros((1, 9000), 'u1')", "dataset '/raw' is compound")]
    [InlineData("f['rgb'] = np.zeros((99, 99), [('r', 'u1'), ('g', 'u1')]); f['mask'] = image(16)", "dataset '/rgb' is compound")]
    [InlineData("f['raw'] = h5py.SoftLink('/gone'); f['preview'] = image(16)",
        "dataset '/raw' cannot be read: '/raw' is a soft link to /gone, which cannot be opened")]
    [InlineData("f['raw'] = h5py.SoftLink('/gone'); f['movie'] = image(64)",
        "dataset '/raw' cannot be read: '/raw' is a soft link to /gone, which cannot be opened")]
    [InlineData("f['scan'] = h5py.ExternalLink('gone.h5', '/d'); f['note'] = np.zeros((20, 80), 'u1')",
        "dataset '/scan' cannot be read: '/scan' is an external link to /d of gone.h5, which cannot be opened")]
    [InlineData("f['data'] = h5py.ExternalLink('../elsewhere.h5', '/d'); f['small'] = image(16)",
        "'/data' leads by an external link to ")]
    public void Auto_TheImageCannotBeRead_GivesItsReason(string script, string reason)
    {
        Make(script);
        File.WriteAllText(_folder.File("elsewhere.h5"), "");
        Directory.CreateDirectory(_folder.File("in"));
        File.Move(_folder.File("a.h5"), _folder.File("in/a.h5"));
        var fault = Assert.Throws<SrBatch.Core.Errors.SrBatchException>(() => DatasetHeaders.Read(_folder.File("in/a.h5"), "auto"));
        Assert.StartsWith($"{_folder.File("in/a.h5")}: {reason}", fault.Message, StringComparison.Ordinal);
        Assert.Equal(SrBatch.Core.Errors.ExitCode.ImagesFailed, fault.ExitCode);
    }

    private void Make(string script) => FlavourFile.Make(_folder, $"""
        def image(side): return np.arange(side * side, dtype='u2').reshape(side, side)
        f = h5py.File(folder + 'a.h5', 'w')
        {script}
        f.close()
        """);
}
