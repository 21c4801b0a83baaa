using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Tests.Storage.Hdf5;

/// <summary>Links lead only into allowed folders. The files are written by h5py 3.7.</summary>
public sealed class Hdf5LinkTests : IDisposable
{
    /// <summary>own/ holds the files to open, out/ those they may not link to, seen/ those that linkedFolders may allow.</summary>
    private const string MakeFiles = """
        import h5py, numpy as np, os, sys
        d = sys.argv[1]
        for f in ['own/sub', 'out', 'seen']:
            os.makedirs(f'{d}/{f}')
        v = np.arange(12, dtype='u2').reshape(3, 4)
        for f in ['own/sub/near.h5', 'out/far.h5', 'seen/far.h5']:
            with h5py.File(f'{d}/{f}', 'w') as h:
                h['g/low'] = v
            v.tofile(f'{d}/{os.path.dirname(f)}/x.raw')
        with h5py.File(f'{d}/seen/chain.h5', 'w') as h:
            h['low'] = h5py.ExternalLink('../out/far.h5', '/g/low')
        os.symlink(f'{d}/out/far.h5', f'{d}/own/symlink.h5')
        os.symlink(f'{d}/seen', f'{d}/alias')
        with h5py.File(f'{d}/own/a.h5', 'w') as h:
            h['near'] = h5py.ExternalLink('sub/near.h5', '/g/low')
            h['far'] = h5py.ExternalLink('../out/far.h5', '/g/low')
            h['absolute'] = h5py.ExternalLink(f'{d}/out/far.h5', '/g')
            h['symlink'] = h5py.ExternalLink('symlink.h5', '/g/low')
            h['soft'] = h5py.SoftLink('/absolute/low')
            h['seen'] = h5py.ExternalLink('../seen/far.h5', '/g/low')
            h['alias'] = h5py.ExternalLink('../alias/far.h5', '/g/low')
            h['chain'] = h5py.ExternalLink('../seen/chain.h5', '/low')
            h['gone'] = h5py.ExternalLink('gone.h5', '/low')
            h['nowhere'] = h5py.SoftLink('/none')
            for n, f in [('near', 'sub/'), ('far', '../out/')]:
                h.create_dataset(f'raw_{n}', (3, 4), 'u2', external=[(f'{f}x.raw', 0, 24)])
                layout = h5py.VirtualLayout((3, 4), 'u2')
                layout[:] = h5py.VirtualSource(f'{f}{n}.h5', 'g/low', (3, 4))
                h.create_virtual_dataset(f'virtual_{n}', layout)
            layout = h5py.VirtualLayout((3, 4), 'u2')
            layout[:] = h5py.VirtualSource('.', 'far', (3, 4))
            h.create_virtual_dataset('virtual_link', layout)
            layout = h5py.VirtualLayout((3, 4), 'u2')
            layout[:] = h5py.VirtualSource('.', 'virtual_far', (3, 4))
            h.create_virtual_dataset('virtual_nested', layout)
            layout = h5py.VirtualLayout((3, 4), 'u2')
            layout[:] = h5py.VirtualSource('.', 'virtual_self', (3, 4))
            h.create_virtual_dataset('virtual_self', layout)
        """;

    private readonly TemporaryFolder _folder = new();

    public Hdf5LinkTests() => ChildProcess.Python(MakeFiles, _folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/near")]
    [InlineData("/raw_near")]
    [InlineData("/virtual_near")]
    public void Open_LinkIntoTheOwnFolder_GivesTheValues(string dataset)
    {
        using var file = Hdf5File.OpenRead(_folder.File("own/a.h5"));
        Assert.Equal(Enumerable.Range(0, 12).Select(n => (float)n), Values(file, dataset));
    }

    [Theory]
    [InlineData("/far", "leads by an external link to")]
    [InlineData("/symlink", "leads by an external link to")]
    [InlineData("/absolute/low", "leads by an external link to", "/absolute")]
    [InlineData("/soft", "leads by an external link to")]
    [InlineData("/virtual_far", "draws on")]
    [InlineData("/virtual_link", "leads by an external link to")]
    [InlineData("/virtual_nested", "draws on")]
    [InlineData("/raw_far", "keeps its values in", null, "x.raw")]
    public void Open_LinkOutOfTheOwnFolder_IsRefused_ByEveryOpener(string dataset, string how, string? at = null, string target = "far.h5")
    {
        var path = _folder.File("own/a.h5");
        var message = $"{path}: '{at ?? dataset}' {how} {_folder.File("out/" + target)}, outside the folders it may lead to "
            + $"({_folder.File("own")}). "
            + $"To allow it, add \"{_folder.File("out")}\" to linkedFolders in the manifest (scan and inspect: --linked-folder).";
        using var file = Hdf5File.OpenRead(path);
        Action[] opens =
            [() => file.OpenDataset(dataset), () => PlaneReader.Open(path, dataset, "yx"), () => DatasetHeaders.Read(path, dataset)];
        foreach (var open in opens)
        {
            var error = Assert.Throws<SrBatchException>(open);
            Assert.Equal(message, error.Message);
            Assert.Equal(ExitCode.ImagesFailed, error.ExitCode);
        }
    }

    [Fact]
    public void Open_FolderOfTheManifest_IsAllowed_UnderAnyOfItsNames_ButNotWhatItLeadsTo()
    {
        foreach (var folder in (string[])["seen", "alias", "out/../seen"])
        {
            using var file = Hdf5File.OpenRead(_folder.File("own/a.h5"), new Hdf5ReadOptions { LinkedFolders = [_folder.File(folder)] });
            Assert.Equal(Enumerable.Range(0, 12).Select(n => (float)n), Values(file, "/seen"));
            Assert.Equal(Enumerable.Range(0, 12).Select(n => (float)n), Values(file, "/alias"));
            Assert.Equal(
                $"{file.Path}: '/chain' leads by an external link to {_folder.File("out/far.h5")}, outside the folders it may lead to "
                + $"({_folder.File("own")}, {_folder.File("seen")}). "
                + $"To allow it, add \"{_folder.File("out")}\" to linkedFolders in the manifest (scan and inspect: --linked-folder).",
                Assert.Throws<SrBatchException>(() => file.OpenDataset("/chain")).Message);
        }
    }

    [Fact]
    public void Open_VirtualDatasetOfItself_Ends()
    {
        using var file = Hdf5File.OpenRead(_folder.File("own/a.h5"));
        Assert.Equal($"{file.Path}: '/virtual_self' is a virtual dataset nested deeper than 8.",
            Assert.Throws<SrBatchException>(() => file.OpenDataset("/virtual_self")).Message);
    }

    [Fact]
    public void Walk_FollowsAllowedLinks_AndListsTheOthersWithTheirReason()
    {
        using var file = Hdf5File.OpenRead(_folder.File("own/a.h5"), new Hdf5ReadOptions { LinkedFolders = [_folder.File("seen")] });
        var outside = $"{_folder.File("out/far.h5")}, outside the folders it may lead to ({_folder.File("own")}, {_folder.File("seen")}). "
            + $"To allow it, add \"{_folder.File("out")}\" to linkedFolders in the manifest (scan and inspect: --linked-folder)";
        Assert.Equal(
            [
                $"/raw_far (keeps its values in {outside.Replace("far.h5", "x.raw", StringComparison.Ordinal)})",
                "/raw_near (3, 4) uint16",
                $"/virtual_far (draws on {outside})",
                $"/virtual_link (leads by an external link to {outside})",
                "/virtual_near (3, 4) uint16",
                $"/virtual_nested (draws on {outside})",
                "/virtual_self (is a virtual dataset nested deeper than 8)",
                $"/absolute (leads by an external link to {outside})",
                "/alias (3, 4) uint16",
                $"/chain (leads by an external link to {outside})",
                $"/far (leads by an external link to {outside})",
                "/gone (an external link to /low of gone.h5, which cannot be opened)",
                "/near (3, 4) uint16",
                "/nowhere (a soft link to /none, which cannot be opened)",
                $"/soft (leads by an external link to {outside})",
                $"/symlink (leads by an external link to {outside})",
            ],
            file.WalkDatasets().Select(found => found.ToString()));
    }

    [Fact]
    public void Open_SeriesOfBlocks_IsCheckedBlockByBlock()
    {
        ChildProcess.Python("""
            import h5py, os, sys
            d = sys.argv[1]
            for n in range(2):
                with h5py.File(f'{d}/own/block{n}.h5', 'w') as h:
                    h.create_dataset('d', data=[[n, n]], dtype='u2')
            os.symlink(f'{d}/out/far.h5', f'{d}/own/evil2.h5')
            for n in range(2):
                os.symlink(f'{d}/own/block{n}.h5', f'{d}/own/evil{n}.h5')
            with h5py.File(f'{d}/own/series.h5', 'w', libver='latest') as h:
                for name in ['block', 'evil', '../%b/x']:
                    p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                    s = h5py.h5s.create_simple((2, 2), (h5py.h5s.UNLIMITED, 2))
                    s.select_hyperslab((0, 0), (h5py.h5s.UNLIMITED, 1), (1, 1), (1, 2))
                    p.set_virtual(s, f'{name}%b.h5'.encode(), b'd', h5py.h5s.create_simple((1, 2)))
                    h5py.h5d.create(h.id, name.split('/')[0].encode() if name[0] != '.' else b'folder', h5py.h5t.STD_U16LE, s, dcpl=p)
            """, _folder.Path);
        using var file = Hdf5File.OpenRead(_folder.File("own/series.h5"));
        Assert.Equal([0, 0, 1, 1], Values(file, "/block"));
        Assert.Equal(
            $"{file.Path}: '/evil' draws on {_folder.File("out/far.h5")}, outside the folders it may lead to ({_folder.File("own")}). "
            + $"To allow it, add \"{_folder.File("out")}\" to linkedFolders in the manifest (scan and inspect: --linked-folder).",
            Assert.Throws<SrBatchException>(() => file.OpenDataset("/evil")).Message);
        Assert.Equal($"{file.Path}: '/folder' draws on ../%b/x%b.h5, whose folder changes from block to block; only the file's name may.",
            Assert.Throws<SrBatchException>(() => file.OpenDataset("/folder")).Message);
    }

    [Fact]
    public void Open_PipeInTheWay_DoesNotHang()
    {
        ChildProcess.Python("""
            import h5py, os, sys
            d = sys.argv[1] + '/own'
            os.mkfifo(f'{d}/pipe.h5')
            with h5py.File(f'{d}/b.h5', 'w') as h:
                h['link'] = h5py.ExternalLink('pipe.h5', '/low')
                h.create_dataset('raw', (3, 4), 'u2', external=[('pipe.h5', 0, 24)])
            """, _folder.Path);
        var pipe = _folder.File("own/pipe.h5");
        Assert.Equal(
            $"{pipe}: is no regular file; expected an HDF5 file.",
            Assert.Throws<SrBatchException>(() => Hdf5File.OpenRead(pipe)).Message);
        using var file = Hdf5File.OpenRead(_folder.File("own/b.h5"));
        Assert.Equal(
            [$"/raw (keeps its values in {pipe}, which is no regular file or may not be read)",
                "/link (an external link to /low of pipe.h5, which cannot be opened)"],
            file.WalkDatasets().Select(found => found.ToString()));
    }

    [Fact]
    public void Walk_FilesThatLinkToEachOther_AreGoneThroughOnce()
    {
        // Every file has two links to the next and one back to the first: 2^12 paths without checks.
        ChildProcess.Python("""
            import h5py, sys
            for n in range(12):
                with h5py.File(f'{sys.argv[1]}/own/{n}.h5', 'w') as h:
                    h[f'd{n}'] = [n]
                    for link in 'ab':
                        h[link] = h5py.ExternalLink(f'{n + 1}.h5', '/')
                    h['back'] = h5py.ExternalLink('0.h5', '/')
            """, _folder.Path);
        using var file = Hdf5File.OpenRead(_folder.File("own/0.h5"));
        var found = file.WalkDatasets();
        Assert.Equal(
            Enumerable.Range(0, 12).Select(n => $"d{n}"),
            found.Where(each => each.Problem is null).Select(each => each.Path.Split('/')[^1]));
        Assert.Equal(2, found.Count(each => each.Problem is not null));
    }

    private static float[] Values(Hdf5File file, string path)
    {
        using var dataset = file.OpenDataset(path);
        var values = new float[dataset.Shape.Aggregate(1L, (product, length) => product * length)];
        dataset.Read(new long[dataset.Shape.Length], dataset.Shape, values);
        return values;
    }
}
