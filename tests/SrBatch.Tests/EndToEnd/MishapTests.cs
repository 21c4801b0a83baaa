using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>What happens to files and plans between the start of a night and its end: each a clear message, and mended, the same command goes on.</summary>
public sealed class MishapTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainedModel _tiny;
    private readonly string _manifest, _run;

    public MishapTests(TrainedModel tiny)
    {
        _tiny = tiny;
        foreach (string id in TrainedModel.Ids.Take(3))
        {
            File.Copy(tiny.File(id), _folder.File(id + ".h5"));
        }
        _manifest = ManifestJson.Write(_folder.File("m.json"), TrainedModel.Ids.Take(3).Select(id => ManifestJson.Pair(id, _folder.File(id + ".h5"), "test")));
        _run = _folder.File("run");
        Srbatch.Run("plan", "--manifest", _manifest, "--run", _run, "--shards", "1").Expect(ExitCode.Done);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Infer_InputThatVanished_FailsAlone_AndIsDoneWhenItIsBack()
    {
        string file = _folder.File("mixed-0001.h5");
        File.Move(file, file + ".away");
        SrbatchResult infer = Infer().Expect(ExitCode.ImagesFailed);
        Assert.StartsWith($"mixed-0001 failed: {file}", Assert.Single(infer.Logged("error")), StringComparison.Ordinal);
        Assert.Equal(2, RunFiles.ImageCount(_run));
        Assert.Contains("failed     mixed-0001: ", Srbatch.Run("status", "--run", _run).Expect(ExitCode.ImagesFailed).Output, StringComparison.Ordinal);
        File.Move(file + ".away", file);
        Infer().Expect(ExitCode.Done);
        Srbatch.Run("status", "--run", _run).Expect(ExitCode.Done);
    }

    [Fact]
    public void Infer_PlanOfAnotherVersion_IsRefused_AndPlannedAnewWhenDeleted()
    {
        string plan = Path.Combine(_run, "plan.json"), text = File.ReadAllText(plan);
        File.WriteAllText(plan, text.Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal));
        Assert.Equal([$"{plan}: plan format 2; this srbatch reads format 1. Use a new run folder, or the version that wrote it."], Infer().Expect(ExitCode.BadManifest).Logged("error"));
        File.WriteAllText(plan, text.Replace("\"shards\"", "\"splinters\"", StringComparison.Ordinal));
        Assert.StartsWith($"{plan}: not a plan of this version (", Assert.Single(Infer().Expect(ExitCode.BadManifest).Logged("error")), StringComparison.Ordinal);
        File.Delete(plan);
        Infer().Expect(ExitCode.Done);
    }

    /// <summary>A node whose clock was wrong wrote the newer scores first: what the output itself says counts.</summary>
    [Fact]
    public void Report_ScoresOfTwoAttemptsOutOfOrder_TakesTheOutputs()
    {
        Infer().Expect(ExitCode.Done);
        string part = Assert.Single(Directory.GetFiles(Path.Combine(_run, "quality")));
        string later = Path.Combine(_run, "quality", "part-0of1-20990101T000000000-other-1.parquet");
        DuckDbTable.Query($"COPY (SELECT * REPLACE (finished_at + INTERVAL 1000 DAY AS finished_at, repeat('0', 64) AS model_sha256, 1.5::DOUBLE AS psnr_db) FROM '{part}') TO '{later}' (FORMAT parquet)");
        Srbatch.Run("report", "--run", _run).Expect(ExitCode.Done);
        string sha256 = RunFiles.Sha256(_tiny.Model);
        Assert.Equal([$"3|3|{sha256}"], DuckDbTable.Query($"SELECT count(*), count(*) FILTER (psnr_db > 2), min(model_sha256) FROM '{_run}/quality.parquet'"));
    }

    [Fact]
    public void Status_WhileOthersWork_NamesThem()
    {
        string claim = Path.Combine(_run, "images", ".mixed-0000.h5.claim");
        Directory.CreateDirectory(Path.GetDirectoryName(claim)!);
        File.WriteAllText(claim, """{"work":"mixed-0000","machine":"far-away","process":7,"processStart":1,"node":"gpu-12","jobId":"40","arrayTaskId":3,"since":"2026-01-02T03:04:05+00:00"}""");
        SrbatchResult status = Srbatch.Run("status", "--run", _run).Expect(ExitCode.Stopped);
        Assert.Contains("running    image mixed-0000 on node gpu-12, job 40_3, since 2026-01-02T03:04:05Z", status.Output, StringComparison.Ordinal);
        Assert.Equal("gpu-12", (string?)Srbatch.Run("status", "--run", _run, "--json").Json["running"]![0]!["node"]);
    }

    private SrbatchResult Infer() => Srbatch.Run("infer", "--manifest", _manifest, "--run", _run, "--model", _tiny.Model, "--threads", "1");
}
