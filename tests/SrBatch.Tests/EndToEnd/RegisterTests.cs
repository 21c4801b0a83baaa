using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>The verb <c>register</c>: pairs whose targets were moved, what other programs read of the result, and what happens when it is disturbed.</summary>
public sealed class RegisterTests : IDisposable
{
    private const int Size = 64;

    /// <summary>
    /// Moves the high images of simulated pairs: a goes to a file of its own, larger than the scale asks for, b becomes a stack of two times that moved
    /// differently, c gets the target of another pair, d has no target.
    /// </summary>
    private const string Move = """
        import h5py, numpy, sys
        from scipy import ndimage
        folder = sys.argv[1]
        low, high = zip(*[(f["low"][...], f["high"][...]) for f in (h5py.File(f"{folder}/pairs/spots-000{i}.h5", "r") for i in range(4))])
        moved = lambda image, y, x, **more: ndimage.shift(image.astype("f4"), (y, x), order=5, mode="reflect", **more)
        with h5py.File(f"{folder}/a-low.h5", "w") as f:
            d = f.create_dataset("low", data=low[0])
            d.attrs["element_size_um"] = [1, 0.2, 0.2]
        with h5py.File(f"{folder}/a-high.h5", "w") as f:
            f["high"] = numpy.pad(moved(high[0], 3.4, -2.6), ((10, 5), (7, 0)), mode="reflect")
        with h5py.File(f"{folder}/b.h5", "w") as f:
            f["low"] = numpy.stack([low[1], low[1]])
            f["high"] = numpy.stack([moved(high[1], 2, 1), moved(high[1], -3, 4)], -1)
        with h5py.File(f"{folder}/c.h5", "w") as f:
            f["low"], f["high"] = low[2], high[3]
        """;

    private const string Read = """
        import h5py, json, numpy, sys
        def image(d):
            return {"shape": d.shape, "type": d.dtype.str, "axes": [a.label for a in d.dims], "size": d.attrs["element_size_um"].tolist() if "element_size_um" in d.attrs else None}
        f, source = h5py.File(sys.argv[1], "r"), h5py.File(sys.argv[2], "r")["low"][...]
        y, x, h, w = map(int, f.attrs["crop"])
        print(json.dumps({**{n: image(f[n]) for n in f}, "attributes": sorted(f.attrs), "raw": bool((f["low"][...] == source[..., y:y + h, x:x + w]).all()),
            "moved": numpy.median(f["displacement"][...], (-2, -1)).round(1).tolist(), "affine": f["displacement"].attrs["affine"].shape,
            "scale": int(f.attrs["scale"]), "sources": f.attrs["sources"]}))
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string _manifest;
    private readonly string _out;

    public RegisterTests()
    {
        Srbatch.Run("simulate", "--out", _folder.Path, "--images", "4", "--size", $"{Size}", "--scale", "2", "--structure", "spots", "--seed", "9").Expect(ExitCode.Done);
        ChildProcess.Python(Move, _folder.Path);
        _manifest = _folder.File("pairs.json");
        _out = _folder.File("registered");
        File.WriteAllText(_manifest, """
            {
              "name": "moved", // a comment
              "images": [
                { "id": "a", "split": "train", "group": "one", "input": { "file": "a-low.h5" }, "target": { "file": "a-high.h5", "dataset": "/high" } },
                { "id": "b", "split": "test", "input": { "file": "b.h5", "dataset": "/low", "axes": "tyx" }, "target": { "dataset": "/high", "axes": "yxt" } },
                { "id": "c", "split": "validation", "input": { "file": "c.h5", "dataset": "/low" }, "target": { "dataset": "/high" } },
                { "id": "d", "input": { "file": "b.h5", "dataset": "/low", "axes": "tyx", "select": { "t": 1 } } },
              ],
              "model": { "network": "unet", "scale": 2, "features": 4 },
              "training": { "steps": 12, "batch": 2, "patch": 32, "loss": "l1" },
            }
            """);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Register_MovedPairs_AreAligned_OthersRefused_AndTheNewManifestIsWhole()
    {
        SrbatchResult result = Srbatch.Run(Register).Expect(ExitCode.ImagesFailed);
        Assert.Equal(["a.h5", "b.h5", "manifest.json", "registration.parquet"], Directory.EnumerateFiles(_out).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.StartsWith("c failed: the two images do not show the same: ", Assert.Single(result.Logged("error")), StringComparison.Ordinal);
        Assert.StartsWith("2 pairs aligned, 1 refused or failed\n", result.Output, StringComparison.Ordinal);

        JsonNode a = ReadFile("a", "a-low.h5"), b = ReadFile("b", "b.h5");
        Assert.Equal(["correlation_after", "correlation_before", "crop", "registration", "residual_px", "scale", "software", "sources", "version"], a["attributes"]!.AsArray().Select(name => (string)name!));
        Assert.Equal("a-low.h5 /low [y 0:64, x 0:64] and a-high.h5 /high [y 0:143, x 0:135] at scale 2", (string?)a["sources"]);
        Assert.Equal("<u2|<f4|<f4|2", string.Join('|', ((string[])["low", "high", "displacement"]).Select(name => (string)a[name]!["type"]!).Append(a["scale"]!.ToString())));
        Assert.Equal("[1.0,0.2,0.2]|[1.0,0.1,0.1]", $"{a["low"]!["size"]!.ToJsonString()}|{a["high"]!["size"]!.ToJsonString()}");
        Assert.Equal("""["y","x"]|["component","y","x"]""", $"{a["low"]!["axes"]!.ToJsonString()}|{a["displacement"]!["axes"]!.ToJsonString()}");
        Assert.Equal(((int[])[1, 1]).Select(_ => true), new[] { a, b }.Select(pair => (bool)pair["raw"]!));
        AssertNear([13.4, 4.4], a["moved"]!.AsArray());
        AssertNear([2, 1], b["moved"]![0]!.AsArray());
        AssertNear([-3, 4], b["moved"]![1]!.AsArray());
        Assert.Equal("""[12]|["t","y","x"]|["t","component","y","x"]""", $"{b["affine"]!.ToJsonString()}|{b["high"]!["axes"]!.ToJsonString()}|{b["displacement"]!["axes"]!.ToJsonString()}");

        JsonNode manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(_out, "manifest.json")))!;
        JsonNode before = JsonNode.Parse(File.ReadAllText(_manifest), documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
        Assert.All((string[])["name", "model", "training"], section => Assert.Equal(before[section]!.ToJsonString(), manifest[section]!.ToJsonString()));
        Assert.Equal(
            ["a one train a.h5 /low /high", "b default test b.h5 /low /high", "d default infer ../b.h5 /low "],
            manifest["images"]!.AsArray().Select(image => $"{image!["id"]} {image["group"]} {image["split"]} {image["input"]!["file"]} {image["input"]!["dataset"]} {image["target"]?["dataset"]}"));
        Assert.Equal("""{"t":"1:2"}""", manifest["images"]![2]!["input"]!["select"]!.ToJsonString());
        Srbatch.Run("check", "--manifest", Path.Combine(_out, "manifest.json")).Expect(ExitCode.Done);

        Assert.Equal(
            ["a|||1|pass||True", "b|0||1|pass||True", "b|1||1|pass||True", "c|||1|fail|the two images|False"],
            DuckDbTable.Query($"""
                SELECT image, t, c, planes, verdict, substr(reasons, 1, 14),
                       coalesce(residual_px < 1 AND correlation_after > correlation_before AND moved_median_px > 2 AND moved_max_px >= moved_median_px, false) AND verdict = 'pass'
                FROM '{_out}/registration.parquet' ORDER BY image, t
                """));
    }

    [Fact]
    public void Register_Again_DoesNothingTwice_AndKnowsOtherSources()
    {
        Srbatch.Run(Register).Expect(ExitCode.ImagesFailed);
        DateTime written = File.GetLastWriteTimeUtc(Path.Combine(_out, "a.h5"));
        string hash = RunFiles.Sha256(Path.Combine(_out, "b.h5")), table = RunFiles.Sha256(Path.Combine(_out, "registration.parquet"));
        File.Delete(Path.Combine(_out, "b.h5"));
        Srbatch.Run(Register).Expect(ExitCode.ImagesFailed);
        Assert.Equal((written, hash, table), (File.GetLastWriteTimeUtc(Path.Combine(_out, "a.h5")), RunFiles.Sha256(Path.Combine(_out, "b.h5")), RunFiles.Sha256(Path.Combine(_out, "registration.parquet"))));

        File.WriteAllText(_manifest, File.ReadAllText(_manifest).Replace("\"file\": \"a-low.h5\"", "\"file\": \"c.h5\", \"dataset\": \"/low\"", StringComparison.Ordinal));
        SrbatchResult other = Srbatch.Run(Register).Expect(ExitCode.BadManifest);
        Assert.Equal(
            $"{_out}/a.h5 was made from a-low.h5 /low [y 0:64, x 0:64] and a-high.h5 /high [y 0:143, x 0:135] at scale 2; the manifest has c.h5 /low [y 0:64, x 0:64] and a-high.h5 /high [y 0:143, x 0:135] at scale 2 for 'a'. Use a new folder, or delete the file to have it made again.",
            Assert.Single(other.Logged("error")));
    }

    [Theory]
    [InlineData(SrbatchProcess.Terminate)]
    [InlineData(SrbatchProcess.UserSignal1)]
    public void Register_StoppedBySignal_EndsWith75_AndGoesOn(int signal)
    {
        using (SrbatchProcess process = Srbatch.Start(Register))
        {
            process.WaitUntil(() => File.Exists(Path.Combine(_out, "a.h5")));
            process.Signal(signal);
            process.Wait().Expect(ExitCode.Stopped);
        }
        Assert.Empty(RunFiles.Temporaries(_out));
        Assert.False(File.Exists(Path.Combine(_out, "manifest.json")));
        Srbatch.Run(Register).Expect(ExitCode.ImagesFailed);
        Assert.True(File.Exists(Path.Combine(_out, "b.h5")));
    }

    [Fact]
    public void Register_PixelsNeverWritten_OrAFolderInPlaceOfTheFile_CostTheirPairOnly()
    {
        ChildProcess.Python("""
            import h5py, os, sys
            folder = sys.argv[1]
            with h5py.File(f'{folder}/c.h5') as f: low, high = f['low'][...], f['high'][...]
            def write(name, **void):
                with h5py.File(f'{folder}/{name}.h5', 'w') as f:
                    for key, values in (('low', low), ('high', high)):
                        rows = void.get(key, 0)
                        f.create_dataset(key, values.shape, values.dtype, chunks=(16, 16))[rows:] = values[rows:]
            write('v', low=16), write('w', high=16)
            os.makedirs(f'{folder}/registered/a.h5')
            """, _folder.Path);
        string manifest = ManifestJson.Write(
            _folder.File("voids.json"),
            [ManifestJson.Pair("a", "v.h5", "train"), ManifestJson.Pair("v", "v.h5", "train"), ManifestJson.Pair("w", "w.h5", "train")]);
        SrbatchResult result = Srbatch.Run("register", "--manifest", manifest, "--out", _out, "--threads", "1").Expect(ExitCode.ImagesFailed);
        const string Rest = " were never written, and cannot be interpolated. "
            + "Copy the file again from its source, or select a part without them.";
        Assert.Collection(
            result.Logged("error"),
            line => Assert.Equal(
                $"a failed: {_out}/a.h5 is a folder; the image's file needs its name. Move the folder away, then run again.", line),
            line => Assert.Equal(
                $"v failed: {_folder.File("v.h5")}: dataset '/low' (Y,X = 64,64 uint16): 1024 of 4096 pixels (25.0 %){Rest}", line),
            line => Assert.Equal(
                $"w failed: {_folder.File("w.h5")}: dataset '/high' (Y,X = 128,128 uint16): 2048 of 16384 pixels (12.5 %){Rest}", line));
        Assert.False(File.Exists(Path.Combine(_out, "v.h5")));
    }

    [Fact]
    public void Register_NothingToDo_OrWrongPlaces_SaySo()
    {
        string without = ManifestJson.Write(_folder.File("without.json"), [ManifestJson.Image("d", "c.h5", "/low")]);
        Assert.Equal(
            [$"{without}: no image has a target that can be read; there is nothing to register"],
            Srbatch.Run("register", "--manifest", without, "--out", _out).Expect(ExitCode.BadManifest).Logged("error"));
        string inside = _folder.File("manifest.json");
        Assert.Equal(
            [$"--out {_folder.Path} holds the manifest itself, which the new one would replace. Use another folder."],
            Srbatch.Run("register", "--manifest", inside, "--out", _folder.Path).Expect(ExitCode.Usage).Logged("error"));
    }

    private string[] Register => ["register", "--manifest", _manifest, "--out", _out, "--threads", "1"];

    private JsonNode ReadFile(string id, string source) => JsonNode.Parse(ChildProcess.Python(Read, Path.Combine(_out, id + ".h5"), _folder.File(source)))!;

    /// <summary>To a third of a pixel: images of 128 x 128 hold little structure.</summary>
    private static void AssertNear(double[] expected, JsonArray actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, (double)pair.Second!, 0.35));
}
