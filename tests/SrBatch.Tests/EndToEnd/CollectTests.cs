using SrBatch.Core.Errors;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.EndToEnd;

/// <summary>report --collect with the published binary: footers must be written and read there, too.</summary>
public sealed class CollectTests(TrainedModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Report_CollectedTwice_IsOneTableOfAllRuns()
    {
        string table = _folder.File("all nights"), first = Copy("night 1"), second = Copy("night 2");
        foreach (string run in (string[])[first, second, first])
        {
            SrbatchResult report = Srbatch.Run("report", "--run", run, "--collect", table).Expect(ExitCode.Done);
            Assert.EndsWith($"wrote {run}/report.html\nwrote {table}/run={Path.GetFileName(run).Replace(" ", "%20", StringComparison.Ordinal)}/quality.parquet\n", report.Output, StringComparison.Ordinal);
        }
        Assert.Equal(
            ["night 1|mixed-0004", "night 1|mixed-0006", "night 2|mixed-0004", "night 2|mixed-0006"],
            DuckDbTable.Query($"SELECT run, image FROM read_parquet('{table}/*/*.parquet', hive_partitioning = true) ORDER BY ALL"));
        Assert.Equal(
            DuckDbTable.Query($"SELECT image, psnr_db, seconds, finished_at, version FROM '{first}/quality.parquet' ORDER BY image"),
            DuckDbTable.Query($"SELECT image, psnr_db, seconds, finished_at, version FROM read_parquet('{table}/*/*.parquet', hive_partitioning = true) WHERE run = 'night 1' ORDER BY image"));
        Assert.Empty(RunFiles.Temporaries(table));
    }

    [Fact]
    public void Report_CollectedWhereAnotherRunIs_IsRefusedBeforeAnythingIsWritten()
    {
        string table = _folder.File("table"), first = Copy("a/night"), second = Copy("b/night");
        Srbatch.Run("report", "--run", first, "--collect", table).Expect(ExitCode.Done);
        File.Delete(Path.Combine(second, "report.html"));
        SrbatchResult refused = Srbatch.Run("report", "--run", second, "--collect", table).Expect(ExitCode.BadManifest);
        Assert.StartsWith($"--collect: {table}/run=night/quality.parquet has the rows of the run folder {first}; this one is {second}, ", Assert.Single(refused.Logged("error")), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(second, "report.html")));
    }

    private string Copy(string name)
    {
        string run = _folder.File(name);
        RunFiles.Copy(tiny.Run, run);
        return run;
    }
}
