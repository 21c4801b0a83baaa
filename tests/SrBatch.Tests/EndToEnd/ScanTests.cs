using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>What a scan finds, what it passes over, and what it says about that.</summary>
public sealed class ScanTests : IDisposable
{
    private const string Prelude = """
        import sys, os, h5py, numpy as np
        os.chdir(sys.argv[1])
        def image(*shape, dtype='u2'): return np.random.default_rng(0).integers(100, 200, shape).astype(dtype)
        def write(name, **datasets):
            os.makedirs(os.path.dirname(name), exist_ok=True)
            with h5py.File(name, 'w') as f:
                for path, values in datasets.items():
                    f[path.replace('__', '/')] = values

        """;

    private readonly TemporaryFolder _folder = new();

    private string Manifest => _folder.File("m.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scan_EndingsInUpperCase_AreFound()
    {
        Make("for n in ('a.h5', 'B.H5', 'C.Hdf5', 'D.IMS', 'E.NC', 'f.txt'): write('in/' + n, image=image(8, 8))");
        Assert.Equal(["a", "B", "C", "D", "E"], Scanned().Order(StringComparer.OrdinalIgnoreCase));
        SrbatchResult scan = Srbatch.Run("scan", _folder.File("in"), "--out", Manifest, "--match", "*.h5").Expect(ExitCode.Done);
        Assert.Equal(
            [$"--match '*.h5' passes over 1 files in {_folder.File("in")} whose names differ in upper and lower case only, "
                + $"such as {_folder.File("in/B.H5")}"],
            scan.Logged("warning"));
    }

    [Fact]
    public void Scan_NamesThatAreNotUtf8_AreListed_Exit65()
    {
        Make("write('in/a.h5', image=image(8, 8))\nos.link(b'in/a.h5', b'in/b\\xe9.h5')\nos.mkdir(b'in/\\xff')");
        SrbatchResult scan = Srbatch.Run("scan", _folder.File("in"), "--out", Manifest).Expect(ExitCode.ImagesFailed);
        Assert.Equal(
            [
                $"{_folder.File(@"in/\xff")} failed: {_folder.File(@"in/\xff")}: the name of this folder is not UTF-8. "
                    + "Rename it, e.g. with convmv -f latin1 -t utf8 --notest.",
                $"{_folder.File(@"in/b\xe9.h5")} failed: {_folder.File(@"in/b\xe9.h5")}: the name of this file is not UTF-8. "
                    + "Rename it, e.g. with convmv -f latin1 -t utf8 --notest.",
            ],
            scan.Logged("error").Order(StringComparer.Ordinal));
        Assert.Equal("1 images, 0 with a target, scale 1: " + Manifest, scan.Output.TrimEnd());
    }

    [Fact]
    public void ScanAndCheck_FoldersThatMayNotBeRead_AreNamed()
    {
        Make("write('in/a.h5', image=image(8, 8))\nwrite('in/locked/b.h5', image=image(8, 8))");
        string locked = _folder.File("in/locked");
        const string reason = "this folder cannot be read, so what is in it is passed over: permission denied";
        SrbatchResult scan = Locked("scan", _folder.File("in"), "--out", Manifest).Expect(ExitCode.ImagesFailed);
        Assert.Equal([$"{locked}: {reason}"], scan.Logged("warning"));
        Assert.Equal("1 images, 0 with a target, scale 1: " + Manifest, scan.Output.TrimEnd());
        foreach (string folder in (string[])[locked, locked + "/deep"])
        {
            Assert.Equal(
                [$"{folder}: {reason}"],
                Locked("scan", folder, "--out", _folder.File("n.json")).Expect(ExitCode.ImagesFailed).Logged("warning"));
        }
        Assert.Empty(Locked("scan", _folder.File("in"), "--match", "*.h5", "--out", Manifest).Expect(ExitCode.Done).Logged("warning"));
        File.WriteAllText(Manifest, "{ \"images\": [{ \"glob\": \"in/**/*.h5\" }], \"model\": { \"scale\": 1 } }");
        Assert.Equal(
            [$"{Manifest}: images[0].glob 'in/**/*.h5': {locked}: {reason}"],
            Locked("check", "--manifest", Manifest).Expect(ExitCode.Done).Logged("warning"));

        // Root may read everything, unless it gives that up.
        SrbatchResult Locked(params string[] arguments) => Srbatch.RunInShell(
            $"chmod 0 '{locked}'; [ $(id -u) = 0 ] && drop='setpriv --bounding-set -dac_override,-dac_read_search'; "
                + $"$drop \"$@\"; code=$?; chmod 755 '{locked}'; exit $code",
            arguments);
    }

    [Fact]
    public void Scan_AxesThatFilesDoNotName_AreAskedFor_AndTakenFromTheOption()
    {
        Make("write('in/z.h5', raw=image(4, 16, 16), high=image(4, 32, 32))\nwrite('in/flat.h5', raw=image(16, 16))");
        string file = _folder.File("in/z.h5");
        SrbatchResult scan = Srbatch.Run("scan", _folder.File("in"), "--out", Manifest).Expect(ExitCode.ImagesFailed);
        Assert.Equal(
            [$"{file} failed: {file}: dataset '/raw' is 3-D uint16 [4, 16, 16] and does not name its axes. "
                + "Say what they are, slowest first, and scan again, e.g. with --axes zyx"],
            scan.Logged("error"));
        Assert.Equal(["flat", "z"], Scanned("--axes", "zyx"));
        Srbatch.Run("check", "--manifest", Manifest).Expect(ExitCode.Done);
        JsonNode pair = JsonNode.Parse(File.ReadAllText(Manifest))!["images"]![1]!;
        Assert.Equal(("zyx", "zyx"), ((string?)pair["input"]!["axes"], (string?)pair["target"]!["axes"]));
        Assert.Equal(
            $"--axes is 'zz'; must be some of the letters tczyx in the dataset's order, each once, y and x among them",
            Assert.Single(
                Srbatch.Run("scan", _folder.File("in"), "--out", Manifest, "--axes", "zz").Expect(ExitCode.Usage).Logged("error")));
    }

    [Fact]
    public void Scan_FilesOfLinks_AreReadableWithTheirFolder()
    {
        Make("""
            write('raw/cam.h5', Data=image(3, 16, 24))
            write('ims/plain.h5')
            with h5py.File('ims/plain.h5', 'r+') as f: f['raw'] = h5py.ExternalLink('../raw/cam.h5', '/Data')
            write('ims/i.ims')
            with h5py.File('ims/i.ims', 'r+') as f:
                f.create_group('DataSet/ResolutionLevel 0/TimePoint 0/Channel 0')['Data'] = h5py.ExternalLink('../raw/cam.h5', '/Data')
            write('ims/b.h5')
            with h5py.File('ims/b.h5', 'r+') as f:
                f['s00/resolutions'] = np.ones((1, 3))
                f['t00000/s00/0/cells'] = h5py.ExternalLink('../raw/cam.h5', '/Data')
            write('ims/whole.h5')
            with h5py.File('ims/whole.h5', 'r+') as f:
                f['s00/resolutions'] = np.ones((1, 3))
                f['t00000'] = h5py.ExternalLink('../raw/cam.h5', '/')
            """);
        (string Name, string Flavour)[] linking = [("i.ims", "imaris"), ("b.h5", "bdv"), ("whole.h5", "bdv")];
        foreach ((string name, string flavour) in linking)
        {
            JsonNode found = Srbatch.Run("inspect", _folder.File("ims/" + name), "--json").Expect(ExitCode.Done).Json;
            Assert.Equal(flavour, (string?)found["flavour"]);
            Assert.Contains(found["datasets"]!.AsArray(), dataset => ((string?)dataset!["problem"])?.StartsWith(
                $"leads by an external link to {_folder.File("raw/cam.h5")}, outside the folders", StringComparison.Ordinal) == true);
        }
        Srbatch.Run("scan", _folder.File("ims"), "--out", Manifest).Expect(ExitCode.ImagesFailed);
        File.Delete(_folder.File("ims/whole.h5"));
        string[] linked = ["--linked-folder", _folder.File("raw")];
        Assert.Equal(["b", "i", "plain"], Scanned([.. linked, "--axes", "zyx"]));
        Assert.Equal("raw", (string?)JsonNode.Parse(File.ReadAllText(Manifest))!["linkedFolders"]![0]);
        Srbatch.Run("check", "--manifest", Manifest).Expect(ExitCode.Done);
        JsonNode image = Srbatch.Run(["inspect", _folder.File("ims/i.ims"), "--json", .. linked]).Expect(ExitCode.Done).Json["image"]!;
        Assert.Equal("[1,1,3,16,24]", image["shape"]!.ToJsonString());
    }

    [Fact]
    public void Scan_ATargetThatCannotBeRead_FailsTheImage()
    {
        Make("write('in/a.h5', low=image(16, 16), high=np.zeros((32, 32), 'c8'))");
        SrbatchResult scan = Srbatch.Run("scan", _folder.File("in"), "--out", Manifest).Expect(ExitCode.ImagesFailed);
        Assert.Contains("dataset '/high' is compound", scan.Logged("error")[0], StringComparison.Ordinal);
        Assert.Equal(["a"], Scanned("--target", "none"));
    }

    [Fact]
    public void ScanAndSimulate_DoNotWriteOverOtherFiles()
    {
        Make("write('in/a.h5', image=image(16, 16))\nwrite('sim/pairs/mixed-0000.h5', image=image(16, 16))");
        string image = _folder.File("in/a.h5"), pair = _folder.File("sim/pairs/mixed-0000.h5");
        Assert.Equal(
            [$"--out: {image} exists and is not a manifest; it stays as it is. Name another file, such as manifest.json"],
            Srbatch.Run("scan", _folder.File("in"), "--out", image).Expect(ExitCode.Usage).Logged("error"));
        Assert.Equal(
            [$"--out: {_folder.File("in")} is a folder; must be a file. Use --out {_folder.File("in/manifest.json")}"],
            Srbatch.Run("scan", _folder.File("in"), "--out", _folder.File("in")).Expect(ExitCode.Usage).Logged("error"));
        Assert.Equal(
            [$"--out: {image} is a file; must be a folder, which is created if missing"],
            Srbatch.Run("simulate", "--out", image).Expect(ExitCode.Usage).Logged("error"));
        Assert.Equal(
            [$"--out: {pair} exists and was not written by simulate; it stays as it is. Name another folder, or move the file"],
            Srbatch.Run("simulate", "--out", _folder.File("sim"), "--images", "2", "--size", "32").Expect(ExitCode.Usage).Logged("error"));
        File.Delete(pair);
        for (int again = 0; again < 2; again++)
        {
            Srbatch.Run("simulate", "--out", _folder.File("sim"), "--images", "1", "--size", "32").Expect(ExitCode.Done);
        }
        File.WriteAllText(_folder.File("sim/manifest.json"), "{ \"images\": [{ \"id\": \"a\", \"input\": { \"file\": \"a.h5\" } }] }");
        Assert.Equal(
            [$"--out: {_folder.File("sim/manifest.json")} exists and was not written by simulate; it stays as it is. "
                + "Name another folder, or move the file"],
            Srbatch.Run("simulate", "--out", _folder.File("sim"), "--images", "1", "--size", "32").Expect(ExitCode.Usage).Logged("error"));
    }

    [Fact]
    public void Check_GlobsAndAssumptions_SayWhatWasPassedOverAndTaken()
    {
        Make("""
            write('in/a.H5', image=image(8, 8))
            write('in/b.h5', image=image(8, 8))
            with h5py.File('in/b.h5', 'r+') as f: f['image'].attrs['scale_factor'] = 2.0
            os.link(b'in/b.h5', b'in/c\xe9.h5')
            """);
        File.WriteAllText(Manifest, "\uFEFF{ \"images\": [{ \"glob\": \"in/*.h5\" }], \"model\": { \"scale\": 1 } }");
        SrbatchResult check = Srbatch.Run("check", "--manifest", Manifest).Expect(ExitCode.ImagesFailed);
        Assert.Equal(
            [
                $"{Manifest}: images[0].glob 'in/*.h5' passes over 1 files whose names differ in upper and lower case only, "
                    + $"such as {_folder.File("in/a.H5")}. Add an entry with a glob in their spelling, or rename them.",
                $"{_folder.File("in/b.h5")}: assumed: the file is not netCDF: "
                    + "attribute scale_factor of '/image' does not change the values",
            ],
            check.Logged("warning"));
        Assert.Equal(
            [$"c_ failed: {_folder.File(@"in/c\xe9.h5")}: the name of this file is not UTF-8. "
                + "Rename it, e.g. with convmv -f latin1 -t utf8 --notest."],
            check.Logged("error"));
    }

    [Theory]
    [InlineData("list.csv", "\uFEFFid,input.file\na,in/b.h5\n")]
    [InlineData("list.jsonl", "\uFEFF{ \"id\": \"a\", \"input\": { \"file\": \"in/b.h5\" } }\n")]
    public void Check_ListWithAByteOrderMark_IsRead(string name, string list)
    {
        Make("write('in/b.h5', image=image(8, 8))");
        File.WriteAllText(_folder.File(name), list);
        File.WriteAllText(Manifest, $"{{ \"imagesFrom\": \"{name}\", \"model\": {{ \"scale\": 1 }} }}");
        Srbatch.Run("check", "--manifest", Manifest).Expect(ExitCode.Done);
    }

    [Fact]
    public void Check_FilesWhoseIdsClash_AreAllNamed()
    {
        Make("for n in ('a b', 'a&b', 'a_b', 'c d', 'c_d'): write(f'in/{n}.h5', image=image(8, 8))");
        File.WriteAllText(Manifest, "{ \"images\": [{ \"glob\": \"in/*.h5\" }], \"model\": { \"scale\": 1 } }");
        string errors = Srbatch.Run("check", "--manifest", Manifest).Expect(ExitCode.BadManifest).Logged("error")[0];
        foreach (string name in (string[])["a b", "a&b", "a_b", "c d", "c_d"])
        {
            Assert.Contains(_folder.File($"in/{name}.h5"), errors, StringComparison.Ordinal);
        }
        Assert.EndsWith(
            "Rename files, or list them one by one with an id each ('srbatch scan' does it).", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void AnyVerb_APathThatIsNotUtf8_IsRefused()
    {
        Make("write('in/a.h5', image=image(8, 8))");
        using SrbatchProcess process = SrbatchProcess.Start(
            "/bin/bash", ["-c", "exec \"$0\" scan \"$1\" --out \"$1\"/$'m\\xe9.json'", Srbatch.Binary, _folder.File("in")], []);
        SrbatchResult scan = process.Wait().Expect(ExitCode.Usage);
        Assert.StartsWith($"the argument '{_folder.File(@"in/m\xe9.json")}' is not UTF-8", scan.Errors, StringComparison.Ordinal);
        Assert.Equal([_folder.File("in/a.h5")], Directory.GetFileSystemEntries(_folder.File("in")));
    }

    private void Make(string script) => ChildProcess.Python(Prelude + script, _folder.Path);

    /// <summary>Ids in the manifest of a scan that finds everything in order.</summary>
    private string[] Scanned(params string[] options)
    {
        string folder = Directory.Exists(_folder.File("ims")) ? _folder.File("ims") : _folder.File("in");
        Srbatch.Run(["scan", folder, "--out", Manifest, .. options]).Expect(ExitCode.Done);
        return [.. JsonNode.Parse(File.ReadAllText(Manifest))!["images"]!.AsArray().Select(image => (string)image!["id"]!)];
    }
}
