using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5.Flavours;

/// <summary>Patterns written by users, for files of unknown programs.</summary>
public sealed class PatternTests
{
    [Theory]
    [InlineData("/run/c{c}/frame{t:000}", "tcyx")]
    [InlineData("run/t{t}c{c:0000}x/d{t}", "tcyx")]
    [InlineData("/{t:00}", "tyx")]
    [InlineData("/{c}/a{b}/{", "cyx")]
    public void Read_AnyPattern_TakesTheDatasetsThatItNames(string pattern, string axes)
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, $$"""
            pattern, axes = '{{pattern}}', '{{axes}}'
            import re
            # More than are kept open at once.
            times, channels = (23 if 't' in axes else 1), (2 if 'c' in axes else 1)
            whole = np.random.default_rng(3).integers(0, 255, (times, channels, 4, 5)).astype('u1')
            with h5py.File(folder + 'a.h5', 'w') as f:
                for t in range(times):
                    for c in range(channels):
                        f[re.sub(r'\{([tc]):?(0*)\}', lambda m: str(t if m[1] == 't' else c).zfill(len(m[2])), pattern)] = whole[t, c]
                for other in ('99x', 't', 'c', 't-1c0000x', 't01c0000x', 'note'):
                    f.require_group('run').require_group(other)
                    f.require_group('zz' + other)
            expect('whole', whole)
            """);
        var header = DatasetHeaders.Read(folder.File("a.h5"), pattern);
        Assert.Equal(("h5py", pattern, axes), (header.Flavour, header.Dataset, header.Axes));
        FlavourFile.AssertReadsAs(folder.File("whole"), header);
    }

    [Fact]
    public void Open_AxesThatDoNotBeginWithThePatterns_SaysSo()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, "f = h5py.File(folder + 'a.h5', 'w')\nf['t0'] = f['t1'] = np.zeros((4, 5), 'u1')");
        var path = folder.File("a.h5");
        var error = Assert.Throws<SrBatchException>(() => PlaneReader.Open(path, "/t{t}", "yxt"));
        Assert.Equal(
            (ExitCode.BadManifest, $"{path}: axes 'yxt' of '/t{{t}}' must begin with 't', the axes that it numbers. Set input.axes so."),
            (error.ExitCode, error.Message));
        using var reader = PlaneReader.Open(path, "/t{t}", "txy");
        Assert.Equal((5, 4, new PlaneIndex(2, 1, 1)), (reader.Height, reader.Width, reader.Planes));
    }

    [Fact]
    public void Read_NothingOrPartOfIt_IsRefused_AndLeavesNoHandleOpen()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, """
            f = h5py.File(folder + 'a.h5', 'w')
            f['t0/d'], f['t1/other'], f['t7/d'] = (np.zeros((2, 2)),) * 3
            f['u0'], f['u1'] = np.zeros((2, 2)), h5py.SoftLink('/u1')
            f['v0'] = f
            f['w0'], f['w1'] = np.zeros((2, 2)), np.zeros((2, 2, 1))
            """);
        var path = folder.File("a.h5");
        const string Rule = "Numbers must go from 0 without a gap, and all datasets be alike; set input.dataset to a part that is whole.";
        using var file = Hdf5File.OpenRead(path);
        FlavourFile.AssertRefused(
            "there is no '/x/0', the first that '/x/{t}/y' names. 'srbatch inspect' shows what the file holds.",
            path,
            "/x/{t}/y");
        FlavourFile.AssertRefused($"'/t{{t}}/d' is no whole image: '/t2' is missing, but '/t7' is there. {Rule}", path, "/t{t}/d");
        FlavourFile.AssertRefused($"'/u{{c}}' is no whole image: '/u1' is missing, though the numbers go up to c 1. {Rule}", path, "/u{c}");
        FlavourFile.AssertRefused(
            $"'/w{{t}}' is no whole image: '/w1' is (2, 2, 1) float64, but '/w0' is (2, 2) float64. {Rule}",
            path,
            "/w{t}");
        Assert.StartsWith(
            $"{path}: '/v0' is a group, not a dataset; it holds ",
            Assert.Throws<SrBatchException>(() => DatasetHeaders.Read(path, "/v{t}")).Message,
            StringComparison.Ordinal);
        Assert.Throws<SrBatchException>(() => PlaneReader.Open(path, "/w{t}", "tzyx"));
        using (SrBatch.Storage.Hdf5.Native.Hdf5Library.Enter())
        {
            Assert.Equal(1, H5F.get_obj_count(file.Id, 0x1F));
        }
    }

    [Fact]
    public void Read_DatasetThatIsUnlikeWhatWasPlanned_IsRefusedWhenItsTurnComes()
    {
        using var folder = new TemporaryFolder();
        FlavourFile.Make(folder, "f = h5py.File(folder + 'a.h5', 'w')\nf['t0'], f['t1'] = np.zeros((2, 2)), np.zeros((2, 3))");
        using var reader = PlaneReader.Open(folder.File("a.h5"), "/t{t}", "tyx");
        reader.Read(default, 0, 0, 2, 2, new float[4]);
        var error = Assert.Throws<SrBatchException>(() => reader.Read(new PlaneIndex(1, 0, 0), 0, 0, 2, 2, new float[4]));
        Assert.Equal($"{folder.File("a.h5")}: '/t{{t}}' is no whole image: '/t1' is (2, 3) float64, but '/t0' is (2, 2) float64. "
            + "Numbers must go from 0 without a gap, and all datasets be alike; set input.dataset to a part that is whole.", error.Message);
    }
}
