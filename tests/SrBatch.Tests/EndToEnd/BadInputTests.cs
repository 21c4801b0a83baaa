using System.Text.Json.Nodes;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>One bad image spoils no other, and every complaint says where and what.</summary>
public sealed class BadInputTests(TrainedModel tiny) : IDisposable
{
    private const string MakeFiles = """
        import h5py, numpy, os, shutil, sys
        folder, good = sys.argv[1:]
        v = numpy.random.default_rng(1).integers(100, 200, (40, 40)).astype("u2")
        whole = open(good, "rb").read()
        open(f"{folder}/truncated.h5", "wb").write(whole[:len(whole) // 2])
        open(f"{folder}/text.h5", "w").write("these are no pixels\n")
        open(f"{folder}/empty.h5", "w").close()
        with h5py.File(f"{folder}/shape.h5", "w") as f:
            f["low"] = v
            f["high"] = v[:20, :30]
        with h5py.File(f"{folder}/damaged.h5", "w") as f:
            d = f.create_dataset("low", data=v, chunks=v.shape, fletcher32=True)
            at = d.id.get_chunk_info(0).byte_offset
        shutil.copy(f"{folder}/damaged.h5", f"{folder}/mended.h5")
        with open(f"{folder}/damaged.h5", "r+b") as f:
            f.seek(at + 100)
            f.write(b"\xff\xff\xff")
        for name in os.listdir(folder):
            os.utime(f"{folder}/{name}", (1e9, 1e9))  # files changed lately are said to be perhaps unfinished
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Infer_BadImagesAmongGoodOnes_DoesTheOthers_AndListsEachWithItsReason()
    {
        ChildProcess.Python(MakeFiles, _folder.Path, tiny.File("mixed-0000"));
        string good = tiny.File("mixed-0001"), run = _folder.File("run");
        string[] names = ["absent", "damaged", "dataset", "empty", "shape", "text", "truncated"];
        string manifest = ManifestJson.Write(_folder.File("m.json"),
        [
            ManifestJson.Image("good-1", good, "/low"),
            .. names.Except(["dataset", "shape"]).Select(name => ManifestJson.Image(name, $"{name}.h5", "/low")),
            ManifestJson.Image("dataset", good, "/wide"),
            ManifestJson.Pair("shape", "shape.h5", "test"),
            ManifestJson.Image("good-2", tiny.File("mixed-0002"), "/low"),
        ]);
        SrbatchResult infer = Srbatch.Run(Infer(manifest, run)).Expect(ExitCode.ImagesFailed);
        Assert.Equal(["good-1.h5", "good-2.h5"], RunFiles.Images(run).Select(line => line.Split(' ')[0]));
        Assert.Empty(RunFiles.Temporaries(run));

        Dictionary<string, string> reasons = infer.Logged("error").Select(line => line.Split(" failed: ", 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        Assert.Equal(names, reasons.Keys.Order(StringComparer.Ordinal));
        Assert.Equal($"{_folder.File("absent.h5")}: there is no such file.", reasons["absent"]);
        Assert.Equal($"{_folder.File("text.h5")}: is no HDF5 file (its signature is missing).", reasons["text"]);
        Assert.Equal($"{_folder.File("empty.h5")}: is empty; expected an HDF5 file.", reasons["empty"]);
        Assert.Equal($"{good}: there is no dataset '/wide'; it holds /high (96, 96) uint16, /low (48, 48) uint16.", reasons["dataset"]);
        Assert.Equal(
            $"{_folder.File("shape.h5")}: dataset '/high' (Y,X = 20,30 uint16) has planes of 20 x 30; expected 80 x 80, 2 x those of {_folder.File("shape.h5")}: dataset '/low' (Y,X = 40,40 uint16). Set model.scale, or register the pair.",
            reasons["shape"]);
        long length = new FileInfo(tiny.File("mixed-0000")).Length;
        Assert.Equal($"{_folder.File("truncated.h5")}: truncated: the file has {length / 2} of {length} bytes.", reasons["truncated"]);
        // The rest is libhdf5's, whose words differ between versions.
        Assert.StartsWith($"{_folder.File("damaged.h5")}: ", reasons["damaged"], StringComparison.Ordinal);

        SrbatchResult report = Srbatch.Run("report", "--run", run).Expect(ExitCode.ImagesFailed);
        Assert.Equal(names.Select(name => $"failed: {name}: {reasons[name]}"), report.Output.Split('\n').Where(line => line.StartsWith("failed: ", StringComparison.Ordinal)));
        JsonNode status = Srbatch.Run("status", "--run", run, "--json").Expect(ExitCode.ImagesFailed).Json;
        Assert.Equal(names.Select(name => (name, reasons[name])), status["failed"]!.AsArray().Select(failed => ((string)failed!["image"]!, (string)failed["reason"]!)));
        Assert.Equal((2, 0), ((int)status["done"]!, (int)status["left"]!));

        // All are tried again: what failed while it was read, and what the plan could not read.
        File.Copy(_folder.File("mended.h5"), _folder.File("damaged.h5"), overwrite: true);
        File.Copy(_folder.File("mended.h5"), _folder.File("text.h5"), overwrite: true);
        SrbatchResult again = Srbatch.Run(Infer(manifest, run)).Expect(ExitCode.ImagesFailed);
        Assert.Contains($"shard 0/1: 9 images, 2 done already, model {tiny.Model}", again.Logged("info"));
        Assert.Contains(
            $"5 of 7 images failed. Once their files are mended, the same command makes them. If the manifest must change, "
                + $"delete {run}/plan.json first: what is done stays done.",
            again.Logged("info"));
        string[] left = [.. names.Except(["damaged", "text"])];
        Assert.Equal(left, again.Logged("error").Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal));
        Assert.Equal(["damaged.h5", "good-1.h5", "good-2.h5", "text.h5"], RunFiles.Images(run).Select(line => line.Split(' ')[0]));
        report = Srbatch.Run("report", "--run", run).Expect(ExitCode.ImagesFailed);
        Assert.Equal(
            left.Select(name => $"failed: {name}: {reasons[name]}"),
            report.Output.Split('\n').Where(line => line.StartsWith("failed: ", StringComparison.Ordinal)));
        Assert.Equal(
            ["9|9|5"],
            DuckDbTable.Query($"SELECT count(*), count(DISTINCT image), count(*) FILTER (WHERE verdict = 'fail') FROM '{run}/quality.parquet'"));
    }

    [Theory]
    [InlineData("check")]
    [InlineData("plan")]
    public void CheckAndPlan_ImageThatCannotBeRead_EndWith65(string verb)
    {
        File.WriteAllText(_folder.File("text.h5"), "these are no pixels");
        File.SetLastWriteTimeUtc(_folder.File("text.h5"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        string manifest = ManifestJson.Write(_folder.File("m.json"), [ManifestJson.Image("a", "text.h5", "/low"), ManifestJson.Image("b", tiny.File("mixed-0001"), "/low")]);
        string[] shards = verb == "plan" ? ["--shards", "2"] : [];
        SrbatchResult result = Srbatch.Run([verb, "--manifest", manifest, "--run", _folder.File("run"), .. shards]).Expect(ExitCode.ImagesFailed);
        Assert.Equal([$"a failed: {_folder.File("text.h5")}: is no HDF5 file (its signature is missing)."], result.Logged("error"));
    }

    [Fact]
    public void Manifest_Missing_EndsWith78()
    {
        string manifest = _folder.File("none.json");
        SrbatchResult result = Srbatch.Run(Infer(manifest, _folder.File("run"))).Expect(ExitCode.BadManifest);
        Assert.Equal([$"--manifest: {manifest} cannot be read: Could not find file '{manifest}'."], result.Logged("error"));
    }

    [Fact]
    public void Manifest_SeveralMistakes_EndsWith78_NamingAll()
    {
        string manifest = _folder.File("bad.json");
        File.WriteAllText(manifest, """
            {
              "nam": "x",
              "images": [ { "id": "a", "split": "train", "input": {} } ],
              "model": { "scale": 3 },
              "training": { "patch": 60, "loss": "wgan" }
            }
            """);
        SrbatchResult result = Srbatch.Run("check", "--manifest", manifest).Expect(ExitCode.BadManifest);
        Assert.Equal(
            [
                $"""
                {manifest}: 6 problems
                  training.loss is 'wgan'; must be one of gan, mse, l1
                  nam is not a key; did you mean name?
                  images[0].input.file is missing; must name the HDF5 file of 'a'
                  images[0].target is missing; split train needs one
                  model.scale is 3; must be 1, 2 or 4
                  training.patch is 60; must be a multiple of 16, 16 x model.scale (networks work on blocks of 16 x 16 input pixels)
                """,
            ],
            result.Logged("error"));
    }

    [Fact]
    public void Option_Unknown_EndsWith64()
    {
        SrbatchResult result = Srbatch.Run([.. Infer(tiny.Manifest, _folder.File("run")), "--tiles", "3"]).Expect(ExitCode.Usage);
        Assert.Contains("error: Option 'tiles' is unknown.\n", result.Errors, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void Model_OfAnotherScale_EndsWith78()
    {
        string manifest = ManifestJson.Write(_folder.File("m.json"), [ManifestJson.Image("a", tiny.File("mixed-0001"), "/low")], model: new { scale = 4, features = 4 });
        SrbatchResult result = Srbatch.Run(Infer(manifest, _folder.File("run"))).Expect(ExitCode.BadManifest);
        Assert.Equal([$"{tiny.Model} has scale 2; the manifest's model.scale is 4. Use a model of that scale, or change the manifest."], result.Logged("error"));
    }

    [Fact]
    public void Model_Missing_EndsWith78()
    {
        string run = _folder.File("run");
        SrbatchResult result = Srbatch.Run("infer", "--manifest", tiny.Manifest, "--run", run, "--threads", "1").Expect(ExitCode.BadManifest);
        string hint = "Train first ('srbatch train' with the same --run), or pass --model. If train has run, the last lines of its log say why it ended without a model.";
        Assert.Equal([$"{run}/model.safetensors does not exist. {hint}"], result.Logged("error"));
    }

    [Fact]
    public void Model_Another_InARunWithImages_EndsWith78()
    {
        string run = _folder.File("run"), other = _folder.File("other.safetensors");
        RunFiles.Copy(tiny.Run, run);
        File.Delete(Path.Combine(run, "images", "mixed-0006.h5"));
        File.Copy(RunFiles.Checkpoints(run)[0], other);
        SrbatchResult result = Srbatch.Run("infer", "--manifest", tiny.Manifest, "--run", run, "--model", other).Expect(ExitCode.BadManifest);
        Assert.Equal(
            [$"{run}/images/mixed-0004.h5 was made by another model (sha256 {RunFiles.Sha256(tiny.Model)[..12]}) than {other} ({RunFiles.Sha256(other)[..12]}). Use a new run folder, or delete {run}/images to make all again."],
            result.Logged("error"));
    }

    private string[] Infer(string manifest, string run) => ["infer", "--manifest", manifest, "--run", run, "--model", tiny.Model, "--threads", "1"];
}
