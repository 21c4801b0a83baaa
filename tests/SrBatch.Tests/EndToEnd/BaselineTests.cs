using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>evaluate --baselines: classical methods beside the network.</summary>
public sealed class BaselineTests(TrainedModel tiny) : IDisposable
{
    private static readonly string[] Methods = ["bicubic", "gaussian", "richardson-lucy", "total variation", "non-local means"];

    /// <summary>Two stacks of two planes; the second plane of the first stack's target is damaged.</summary>
    private const string Stacks = """
        import h5py, numpy, sys
        random = numpy.random.default_rng(1)
        for name in "ab":
            high = random.normal(1000, 100, (2, 32, 32)).astype("f4")
            with h5py.File(f"{sys.argv[1]}/{name}.h5", "w") as f:
                f["low"] = high[:, ::2, ::2]
                f.create_dataset("high", data=high, chunks=(1, 32, 32), compression="gzip")
        with h5py.File(sys.argv[1] + "/a.h5") as f:
            at = f["high"].id.get_chunk_info(1).byte_offset
        with open(sys.argv[1] + "/a.h5", "r+b") as f:
            f.seek(at)
            f.write(b"x" * 64)
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Baselines_OfARun_AreScoredBesideTheNetwork()
    {
        string run = _folder.File("run");
        RunFiles.Copy(tiny.Run, run);
        SrbatchResult baselines = Evaluate(tiny.Manifest, run).Expect(ExitCode.Done);
        Assert.Equal(["choosing among 79 baselines; validation planes: 1", "scoring 5 baselines; images: 2, planes: 2"], baselines.Logged("info"));
        string[] table = baselines.Output.Split('\n');
        Assert.Equal("test: 1 images, 1 planes", table[0]);
        Assert.StartsWith("  network  ", table[7], StringComparison.Ordinal);
        string network = Assert.Single(DuckDbTable.Query($"SELECT psnr_db, ssim FROM '{run}/quality.parquet' WHERE split = 'test'"));
        double[] scores = [.. network.Split('|').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{scores[0]:F2} {scores[1]:F4}"), table[7], StringComparison.Ordinal);
        Assert.Equal(
            [.. ((string[])["mixed-0004|pairs|validation", "mixed-0006|pairs|test"]).SelectMany(image => Methods.Select(method => $"{image}|{method}|True"))],
            DuckDbTable.Query($"""
                SELECT image, "group", split, method, isfinite(psnr_db) AND isfinite(ssim) AND isfinite(nrmse) AND isfinite(pearson) FROM '{run}/baselines.parquet'
                """));
        // The same plane scored by the same code, here normalised before it is interpolated.
        Assert.Equal(["True", "True"], DuckDbTable.Query($"""
            SELECT abs(b.psnr_db - q.psnr_input_db) < 1e-4 AND abs(b.ssim - q.ssim_input) < 1e-5
            FROM '{run}/baselines.parquet' b JOIN '{run}/quality.parquet' q USING (image) WHERE method = 'bicubic'
            """));

        string before = RunFiles.Sha256(Path.Combine(run, "baselines.parquet"));
        Assert.Equal(baselines.Output, Evaluate(tiny.Manifest, run).Expect(ExitCode.Done).Output);
        Assert.Equal(before, RunFiles.Sha256(Path.Combine(run, "baselines.parquet")));
        Assert.Empty(RunFiles.Temporaries(run));
    }

    [Fact]
    public void Baselines_InShards_GiveTheSameTable_AndWhatIsScoredIsNotScoredAgain()
    {
        string whole = _folder.File("whole"), sharded = _folder.File("sharded");
        Evaluate(tiny.Manifest, whole).Expect(ExitCode.Done);
        foreach (string shard in (string[])["0/2", "1/2"])
        {
            SrbatchResult part = Srbatch.Run("evaluate", "--manifest", tiny.Manifest, "--run", sharded, "--baselines", "--shard", shard).Expect(ExitCode.Done);
            Assert.Equal("scoring 5 baselines; images: 1, planes: 1", part.Logged("info")[^1]);
        }
        Assert.Equal(RunFiles.Sha256(Path.Combine(whole, "baselines.parquet")), RunFiles.Sha256(Path.Combine(sharded, "baselines.parquet")));
        Assert.Equal("scoring 5 baselines; images: 0, planes: 0", Evaluate(tiny.Manifest, sharded).Expect(ExitCode.Done).Logged("info")[^1]);
        Assert.Equal(RunFiles.Sha256(Path.Combine(whole, "baselines.parquet")), RunFiles.Sha256(Path.Combine(sharded, "baselines.parquet")));
    }

    [Fact]
    public void Baselines_GroupWithoutValidation_TakesTheParametersOfTheOthers_AndABadImageCostsOnlyItself()
    {
        File.WriteAllText(_folder.File("text.h5"), "these are no pixels\n");
        File.SetLastWriteTimeUtc(_folder.File("text.h5"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc)); // files changed lately are said to be perhaps unfinished
        object lonely = new { id = "lonely", split = "test", group = "lonely", input = new { file = tiny.File("mixed-0006"), dataset = "/low" }, target = new { dataset = "/high" } };
        string manifest = ManifestJson.Write(_folder.File("m.json"),
        [
            ManifestJson.Pair("bad", "text.h5", "test"),
            lonely,
            ManifestJson.Pair("seen", tiny.File("mixed-0006"), "test"),
            ManifestJson.Pair("trained", tiny.File("mixed-0000"), "train"),
            ManifestJson.Pair("validated", tiny.File("mixed-0004"), "validation"),
        ]);
        SrbatchResult baselines = Evaluate(manifest, _folder.File("run")).Expect(ExitCode.ImagesFailed);
        string reason = $"{_folder.File("text.h5")}: is no HDF5 file (its signature is missing).";
        Assert.Equal([$"bad failed: {reason}"], baselines.Logged("error"));
        Assert.Contains($"failed: bad: {reason}", baselines.Output.Split('\n'));
        Assert.DoesNotContain("network", baselines.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["lonely|5", "seen|5", "validated|5"],
            DuckDbTable.Query($"SELECT image, count(*) FROM '{_folder.File("run")}/baselines.parquet' GROUP BY image ORDER BY image"));
        Assert.Empty(DuckDbTable.Query($"""
            SELECT method, count(DISTINCT parameters), count(DISTINCT psnr_db) FROM '{_folder.File("run")}/baselines.parquet' WHERE split = 'test'
            GROUP BY method HAVING count(DISTINCT parameters) > 1 OR count(DISTINCT psnr_db) > 1
            """));
    }

    [Fact]
    public void Baselines_ImageThatIsHalfRead_CostsOnlyItself_AndHasFailedInItsTask()
    {
        ChildProcess.Python(Stacks, _folder.Path);
        string run = _folder.File("run");
        string manifest = ManifestJson.Write(_folder.File("m.json"),
        [
            ManifestJson.Pair("a", _folder.File("a.h5"), "test", "zyx"),
            ManifestJson.Pair("b", _folder.File("b.h5"), "test", "zyx"),
            ManifestJson.Pair("validated", tiny.File("mixed-0004"), "validation"),
        ]);
        string[] log = [.. Evaluate(manifest, run).Expect(ExitCode.ImagesFailed).Logged("error")];
        Assert.StartsWith($"a failed: {_folder.File("a.h5")}: ", Assert.Single(log), StringComparison.Ordinal);
        Assert.Equal(
            ["b|2|10", "validated|0|5"],
            DuckDbTable.Query($"SELECT image, count(DISTINCT z), count(*) FROM '{run}/baselines.parquet' GROUP BY image ORDER BY image"));
        string task = File.ReadAllText(Assert.Single(Directory.GetFiles(Path.Combine(run, "tasks"))));
        Assert.Matches("\"done\":\\s*2,\\s*\"failed\":\\s*1,\\s*\"left\":\\s*0,", task);
    }

    [Fact]
    public void Baselines_WithoutValidationImages_EndWith78()
    {
        string manifest = ManifestJson.Write(_folder.File("m.json"), [ManifestJson.Pair("only", tiny.File("mixed-0006"), "test")]);
        Assert.Equal(
            [$"{manifest}: no readable image of split 'validation' has a target; --baselines chooses the parameters of classical methods on them. Give some images \"split\": \"validation\" and use a new run folder."],
            Evaluate(manifest, _folder.File("run")).Expect(ExitCode.BadManifest).Logged("error"));
    }

    private static SrbatchResult Evaluate(string manifest, string run) => Srbatch.Run("evaluate", "--manifest", manifest, "--run", run, "--baselines");
}
