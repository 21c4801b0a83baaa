using SrBatch.Core.Errors;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Reporting;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Parquet;
using SrBatch.Tests.EndToEnd;
using SrBatch.Tests.Pipelines.Reporting.Page;
using SrBatch.Tests.Pipelines.Training.Patches;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.Pipelines.Reporting;

/// <summary>Many runs as one table, as DuckDB sees it.</summary>
public sealed class CollectedTableTests : IDisposable
{
    /// <summary>With one of digits, of which programs make a number unless they are told the type, and those that stand for null.</summary>
    private static readonly string[] Names =
    [
        "night", "my run", "Zürich 核", "a=b", "50%", "it's \"a\" [x]*?{y}", "~+#;,!@$&():\\|<>^`", "tab\there", "..x", "001", "%20",
        "_run", "null", "__HIVE_DEFAULT_PARTITION__",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_RunsOfAnyName_AreOneTableInDuckDb()
    {
        foreach (string name in Names)
        {
            Collect(Run(name), PageRows.Scored(name, 25));
        }
        Assert.Equal(
            Names.Select(name => $"{name}|{name}|25").Order(StringComparer.Ordinal),
            Query("run, image, psnr_db").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Write_TheSameRunAgain_TakesThePlaceOfItsRows()
    {
        RunFolder run = Run("night"), other = Run("other");
        Collect(other, PageRows.Plane("o"));
        Collect(run, PageRows.Plane("a"), PageRows.Plane("b"));
        Collect(run, PageRows.Plane("a"), PageRows.Plane("c"), PageRows.Plane("d"));
        Assert.Equal(["night|a", "night|c", "night|d", "other|o"], Query("run, image"));
        Collect(run);
        Assert.Equal(["other|o"], Query("run, image"));
        Assert.Equal(
            [Path.Combine(Table, "run=night", "quality.parquet"), Path.Combine(Table, "run=other", "quality.parquet")],
            Directory.EnumerateFiles(Table, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Write_File_HasAllColumnsButTheRun()
    {
        RunFolder run = Run("night");
        Collect(run, PageRows.Plane("a"));
        QualityParquet.Write(_folder.File("whole.parquet"), []);
        string of(string path) =>
            string.Join(
                ", ",
                DuckDbTable.Query($"SELECT column_name, column_type "
                    + $"FROM (DESCRIBE SELECT * FROM read_parquet('{path}', hive_partitioning = false))"));
        Assert.Equal(of(_folder.File("whole.parquet")), "run|VARCHAR, " + of(new CollectedTable(Table, run).File));
    }

    [Fact]
    public void Write_RunFolderThroughALink_IsTheSamePartition()
    {
        RunFolder run = Run("night");
        Directory.CreateSymbolicLink(_folder.File("latest"), run.Path);
        Collect(run, PageRows.Plane("a"));
        Collect(new RunFolder(_folder.File("latest")), PageRows.Plane("b"));
        Assert.Equal(["night|b"], Query("run, image"));
    }

    [Fact]
    public void Write_AnotherRunFolderOfTheSameName_IsRefused_AndChangesNothing()
    {
        RunFolder first = Run("a/night"), second = Run("b/night");
        Collect(first, PageRows.Plane("a"));
        string message =
            $"--collect: {Table}/run=night/quality.parquet has the rows of the run folder {first.Path}; this one is {second.Path}, "
            + "and the table identifies runs by the names of their folders. Rename one of the two or collect into another folder; "
            + $"if it is the same run folder, moved, delete {Table}/run=night first.";
        Refused(message, () => new CollectedTable(Table, second).RequireOwn());
        Refused(message, () => Collect(second, PageRows.Plane("b")));
        Assert.Equal(["night|a"], Query("run, image"));
    }

    [Fact]
    public void Write_FileOfAnotherProgram_IsRefused()
    {
        RunFolder run = Run("night");
        var table = new CollectedTable(Table, run);
        QualityParquet.Write(table.File, [PageRows.Plane("a")]);
        Refused(
            $"--collect: {table.File} was not written by srbatch report --collect. Delete it, or collect into another folder.",
            () => Collect(run));
        File.WriteAllText(table.File, "PAR1");
        SrBatchException fault = Assert.Throws<SrBatchException>(() => Collect(run));
        Assert.Equal(ExitCode.BadManifest, fault.ExitCode);
        Assert.StartsWith($"--collect: {table.File}: ", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith(" Delete it, or collect into another folder.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_TwoRunFoldersOfOneNameAtOnce_OneIsRefused()
    {
        for (int i = 0; i < 20; i++)
        {
            RunFolder[] runs = [Run($"a/n{i}"), Run($"b/n{i}")];
            int refused = 0;
            Parallel.ForEach(runs, run =>
            {
                try
                {
                    Collect(run, PageRows.Plane(run.Path));
                }
                catch (SrBatchException fault) when (fault.ExitCode == ExitCode.BadManifest)
                {
                    Interlocked.Increment(ref refused);
                }
            });
            Assert.Equal(1, refused);
        }
    }

    private string Table => _folder.File("table");

    private RunFolder Run(string name) => new(Directory.CreateDirectory(_folder.File(name)).FullName);

    private void Collect(RunFolder run, params QualityRow[] rows) => new CollectedTable(Table, run).Write(rows, TrainingPairs.Context);

    private IReadOnlyList<string> Query(string columns) =>
        DuckDbTable.Query($"SELECT {columns} FROM read_parquet('{Table}/*/*.parquet', hive_partitioning = true, "
                + "hive_types = {'run': VARCHAR}) ORDER BY ALL");

    private static void Refused(string message, Action action)
    {
        SrBatchException fault = Assert.Throws<SrBatchException>(action);
        Assert.Equal((message, ExitCode.BadManifest), (fault.Message, fault.ExitCode));
    }
}
