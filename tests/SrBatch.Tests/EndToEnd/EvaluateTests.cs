using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>evaluate: shards, what a stop and a kill leave, and which evaluation counts.</summary>
public sealed class EvaluateTests : IDisposable
{
    private const string ScoresOf = "SELECT image, round(psnr_db, 3), verdict FROM '{0}/quality.parquet' ORDER BY image";

    private const string Replace = """
        import h5py, numpy, sys
        with h5py.File(sys.argv[1], "r+") as f:
            f["sr"][...] = numpy.random.default_rng(1).normal(2000, 500, f["sr"].shape).astype("f4")
        """;

    private const string Damage = """
        import h5py, sys
        with h5py.File(sys.argv[1]) as f:
            at = f["sr"].id.get_chunk_info(0).byte_offset
        with open(sys.argv[1], "r+b") as f:
            f.seek(at)
            f.write(b"x" * 64)
        """;

    /// <summary>Another program's images: many copies of two.</summary>
    private const string Many = """
        import h5py, numpy, os, sys
        folder, count = sys.argv[1], int(sys.argv[2])
        random = numpy.random.default_rng(2)
        high = random.normal(100, 10, (24, 24)).astype("f4")
        with h5py.File(folder + "/pair.h5", "w") as f:
            f["low"], f["high"] = high + random.normal(0, 5, high.shape), high
        os.makedirs(folder + "/other")
        for i in range(count):
            with h5py.File(f"{folder}/other/im-{i:05}.h5", "w") as f:
                f["sr"] = high + i % 2
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly TrainedModel _tiny;
    private readonly string _run;

    public EvaluateTests(TrainedModel tiny)
    {
        _tiny = tiny;
        _run = _folder.File("run");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Evaluate_Unchanged_IsNotScoredAgain_ChangedIs_AndItsNewScoresCountAlsoInACopy()
    {
        RunFiles.Copy(_tiny.Run, _run);
        // Copies have other times: the pixels tell that they are the outputs that were evaluated.
        Assert.Equal(["shard 0/1: 0 outputs to score, 2 scored before and unchanged"], Evaluate().Expect(ExitCode.Done).Logged("info"));
        Assert.Equal(["shard 0/1: 2 outputs to score, 0 scored before and unchanged"], Evaluate("--again").Expect(ExitCode.Done).Logged("info"));
        IReadOnlyList<string> before = Report();
        string output = Path.Combine(_run, "images", "mixed-0004.h5");
        File.Copy(output, _folder.File("kept.h5"));

        ChildProcess.Python(Replace, output);
        Assert.Equal(before, Report()); // nobody evaluated it
        Assert.Equal(["shard 0/1: 1 outputs to score, 1 scored before and unchanged"], Evaluate().Expect(ExitCode.Done).Logged("info"));
        IReadOnlyList<string> noise = Report();
        Assert.EndsWith("|fail", noise[0], StringComparison.Ordinal);
        Assert.Equal(before[1], noise[1]);
        string copy = _folder.File("copy");
        RunFiles.Copy(_run, copy);
        Assert.Equal(noise, Report(copy));

        // The output is back: the evaluation of its pixels counts again, although another is newer.
        File.Copy(_folder.File("kept.h5"), output, overwrite: true);
        Assert.Equal(before, Report());
        Assert.Equal(["shard 0/1: 0 outputs to score, 2 scored before and unchanged"], Evaluate().Expect(ExitCode.Done).Logged("info"));
    }

    /// <summary>Pixels that change while the time of the file stays are not seen: the file is not opened.</summary>
    [Fact]
    public void Evaluate_OfACopy_HashesItsPixelsOnce()
    {
        RunFiles.Copy(_tiny.Run, _run);
        const string Unchanged = "shard 0/1: 0 outputs to score, 2 scored before and unchanged";
        string output = Path.Combine(_run, "images", "mixed-0004.h5");
        DateTime copied = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(output, copied);
        Assert.Equal([Unchanged], Evaluate().Expect(ExitCode.Done).Logged("info"));
        int parts = Directory.GetFiles(Path.Combine(_run, "quality")).Length;
        ChildProcess.Python(Replace, output);
        File.SetLastWriteTimeUtc(output, copied);
        Assert.Equal([Unchanged], Evaluate().Expect(ExitCode.Done).Logged("info"));
        Assert.Equal(parts, Directory.GetFiles(Path.Combine(_run, "quality")).Length);
    }

    [Fact]
    public void Evaluate_DamagedOutput_HasFailed_ForReportAndStatus_UntilItIsMadeAgain()
    {
        RunFiles.Copy(_tiny.Run, _run);
        string output = Path.Combine(_run, "images", "mixed-0006.h5");
        ChildProcess.Python(Damage, output);
        SrbatchResult found = Evaluate().Expect(ExitCode.ImagesFailed);
        string line = Assert.Single(found.Output.Split('\n'), text => text.StartsWith("failed: ", StringComparison.Ordinal));
        Assert.StartsWith($"failed: mixed-0006: {output}: dataset '/sr', chunk at (0, 0): ", line, StringComparison.Ordinal);
        Assert.EndsWith("It is an output: delete it to have it made again.", line, StringComparison.Ordinal);
        Assert.Contains(line, Srbatch.Run("report", "--run", _run).Expect(ExitCode.ImagesFailed).Output, StringComparison.Ordinal);
        string status = Srbatch.Run("status", "--run", _run).Expect(ExitCode.ImagesFailed).Output;
        Assert.Contains("images     1 done, 1 failed, 0 left of 2\n", status, StringComparison.Ordinal);
        Assert.Contains($"failed     {line["failed: ".Length..]}", status, StringComparison.Ordinal);

        File.Delete(output);
        Assert.Contains("images     1 done, 0 failed, 1 left of 2\n", Srbatch.Run("status", "--run", _run).Expect(ExitCode.Stopped).Output, StringComparison.Ordinal);
        Srbatch.Run("infer", "--manifest", _tiny.Manifest, "--run", _run, "--threads", "1").Expect(ExitCode.Done);
        Srbatch.Run("status", "--run", _run).Expect(ExitCode.Done);
        Srbatch.Run("report", "--run", _run).Expect(ExitCode.Done);
    }

    [Fact]
    public void Evaluate_ArrayOfThree_ScoresEveryOutputOnce_AndATaskOutsideThePlanIsRefused()
    {
        string manifest = WriteMany(30);
        Srbatch.Run("plan", "--manifest", manifest, "--run", _run, "--shards", "3").Expect(ExitCode.Done);
        for (int task = 0; task < 3; task++)
        {
            SrbatchResult result = Others(manifest, ("SLURM_ARRAY_TASK_ID", $"{task}")).Expect(ExitCode.Done);
            Assert.Equal($"shard {task}/3: 10 outputs to score, 0 scored before and unchanged", result.Logged("info")[0]);
        }
        Assert.Equal(["30|30"], DuckDbTable.Query($"SELECT count(*), count(DISTINCT image) FROM '{_run}/evaluation-other.parquet'"));
        Assert.Equal(
            [$"SLURM_ARRAY_TASK_ID is 3, but {_run}/plan.json has 3 shards, 0 to 2. Submit --array=0-2, or plan again with 'srbatch plan --shards N'."],
            Others(manifest, ("SLURM_ARRAY_TASK_ID", "3")).Expect(ExitCode.Usage).Logged("error"));
        File.Delete(_folder.File("other/im-00000.h5"));
        Others(manifest).Expect(ExitCode.Done);
        Assert.Equal(["29"], DuckDbTable.Query($"SELECT count(*) FROM '{_run}/evaluation-other.parquet'"));
    }

    [Fact]
    public void Evaluate_Killed_GoesOnWithWhatIsNotKept_AndStopped_EndsWith75()
    {
        const int Count = 1500;
        string manifest = WriteMany(Count), parts = Path.Combine(_run, "evaluation-other");
        string[] command = ["evaluate", "--manifest", manifest, "--run", _run, "--images", _folder.File("other")];
        using (SrbatchProcess killed = Srbatch.StartGroup(command))
        {
            killed.WaitUntil(() => Directory.Exists(parts) && Directory.GetFiles(parts, "part-*.parquet").Length > 0);
            killed.KillGroup();
            killed.Wait();
        }
        using SrbatchProcess stopped = Srbatch.Start(command);
        stopped.WaitForLine("outputs to score");
        stopped.Signal(SrbatchProcess.Terminate);
        SrbatchResult second = stopped.Wait().Expect(ExitCode.Stopped);
        (int toDo, int done) = Counts(second.Logged("info")[0]);
        Assert.InRange(done, 500, Count - 1);
        Assert.Equal(Count, toDo + done);
        Assert.StartsWith("stopped by a signal; ", second.Logged("info")[^1], StringComparison.Ordinal);
        (int stillToDo, int doneBefore) = Counts(Srbatch.Run(command).Expect(ExitCode.Done).Logged("info")[0]);
        Assert.InRange(doneBefore, done, Count);
        Assert.Equal(Count, stillToDo + doneBefore);
        Assert.Equal([$"{Count}|{Count}|2"], DuckDbTable.Query($"SELECT count(*), count(DISTINCT image), count(DISTINCT output_sha256) FROM '{_run}/evaluation-other.parquet'"));
    }

    private static (int ToDo, int Done) Counts(string line)
    {
        int[] numbers = [.. line.Split(' ').Where(word => int.TryParse(word, out _)).Select(word => int.Parse(word, System.Globalization.CultureInfo.InvariantCulture))];
        return (numbers[0], numbers[1]);
    }

    private string WriteMany(int count)
    {
        ChildProcess.Python(Many, _folder.Path, $"{count}");
        return ManifestJson.Write(
            _folder.File("m.json"),
            Enumerable.Range(0, count).Select(i => ManifestJson.Pair($"im-{i:D5}", _folder.File("pair.h5"), "test")),
            model: new { network = "unet", scale = 1, features = 4 });
    }

    private SrbatchResult Others(string manifest, params (string, string)[] environment) =>
        Srbatch.RunIn(environment, "evaluate", "--manifest", manifest, "--run", _run, "--images", _folder.File("other"));

    private SrbatchResult Evaluate(params string[] options) => Srbatch.Run(["evaluate", "--manifest", _tiny.Manifest, "--run", _run, .. options]);

    private IReadOnlyList<string> Report(string? run = null)
    {
        Srbatch.Run("report", "--run", run ?? _run).Expect(ExitCode.Done);
        return DuckDbTable.Query(ScoresOf.Replace("{0}", run ?? _run, StringComparison.Ordinal));
    }
}
