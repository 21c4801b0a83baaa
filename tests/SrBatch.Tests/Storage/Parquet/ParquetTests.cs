using System.Globalization;
using DuckDB.NET.Data;
using SrBatch.Core.Errors;
using SrBatch.Core.Progress;
using SrBatch.Core.Quality;
using SrBatch.Storage.Parquet;

namespace SrBatch.Tests.Storage.Parquet;

/// <summary>Reads our files with DuckDB 1.5.</summary>
public sealed class ParquetTests
{
    private const string QualitySchema = """
        run VARCHAR, image VARCHAR, group VARCHAR, split VARCHAR, t INTEGER, c INTEGER, z INTEGER,
        width INTEGER, height INTEGER, scale INTEGER,
        pixel_size_um DOUBLE, model_sha256 VARCHAR, psnr_db DOUBLE, ssim DOUBLE, ms_ssim DOUBLE, nrmse DOUBLE, pearson DOUBLE,
        psnr_input_db DOUBLE, ssim_input DOUBLE, nrmse_input DOUBLE, rsp DOUBLE, rse DOUBLE, frc_um DOUBLE, decorrelation_um DOUBLE,
        input_snr DOUBLE, out_of_distribution DOUBLE, verdict VARCHAR, reasons VARCHAR, tiles INTEGER, halo INTEGER, seconds DOUBLE,
        device VARCHAR, precision VARCHAR, slurm_job_id VARCHAR, slurm_array_task_id INTEGER, attempt INTEGER,
        finished_at TIMESTAMP WITH TIME ZONE, version VARCHAR, output_sha256 VARCHAR, output_changed_at TIMESTAMP WITH TIME ZONE,
        scored_with VARCHAR
        """;

    private static readonly QualityRow Bare = new()
    {
        Run = "r",
        Image = "i",
        Group = "g",
        Split = "test",
        Verdict = Verdict.Fail,
        Version = "0.1",
    };

    private static readonly QualityRow Full = new()
    {
        Run = "run",
        Image = "ïmage",
        Group = "actin",
        Split = "infer",
        T = 1,
        C = 2,
        Z = 3,
        Width = 4,
        Height = 5,
        Scale = 6,
        PixelSizeUm = 7.5,
        ModelSha256 = "abc",
        PsnrDb = 8.5,
        Ssim = 9.5,
        MsSsim = 10.5,
        Nrmse = 11.5,
        Pearson = 12.5,
        PsnrInputDb = 13.5,
        SsimInput = 14.5,
        NrmseInput = 15.5,
        Rsp = 16.5,
        Rse = 17.5,
        FrcUm = 18.5,
        DecorrelationUm = 19.5,
        InputSnr = 20.5,
        OutOfDistribution = 21.5,
        Verdict = Verdict.Warn,
        Reasons = "dim",
        Tiles = 22,
        Halo = 23,
        Seconds = 24.5,
        Device = "cpu",
        Precision = "fp32",
        SlurmJobId = "77",
        SlurmArrayTaskId = 25,
        Attempt = 26,
        FinishedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(1)),
        Version = "1.0",
        OutputSha256 = "ff",
        OutputChangedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
        ScoredWith = "aa",
    };

    [Fact]
    public void Quality_DuckDbSeesNamesTypesNullsAndValues()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("q.parquet");
        QualityParquet.Write(path, [Full, Bare]);
        Assert.Equal(QualitySchema.ReplaceLineEndings(" "), Schema(path));
        Assert.Equal(
            "run|ïmage|actin|infer|1|2|3|4|5|6|7.5|abc|8.5|9.5|10.5|11.5|12.5|13.5|14.5|15.5|16.5|17.5|18.5|19.5|20.5|21.5|warn|dim"
            + "|22|23|24.5|cpu|fp32|77|25|26|2026-01-02T02:04:05.6780000|1.0|ff|2026-01-02T03:04:05.6780000|aa",
            Values(path, 0));
        Assert.Equal(
            "r|i|g|test" + string.Concat(Enumerable.Repeat("|", 23)) + "fail" + string.Concat(Enumerable.Repeat("|", 9)) + "1||0.1|||",
            Values(path, 1));
    }

    [Fact]
    public void Quality_ReadBack_IsTheSame_EmptyToo()
    {
        using var folder = new TemporaryFolder();
        QualityParquet.Write(folder.File("q.parquet"), [Full, Bare, Bare with { Verdict = Verdict.Pass }]);
        Assert.Equal([Full, Bare, Bare with { Verdict = Verdict.Pass }], QualityParquet.Read(folder.File("q.parquet")));
        QualityParquet.Write(folder.File("none.parquet"), []);
        Assert.Empty(QualityParquet.Read(folder.File("none.parquet")));
        Assert.Equal(QualitySchema.ReplaceLineEndings(" "), Schema(folder.File("none.parquet")));
    }

    [Fact]
    public void Quality_Metadata_IsInTheFooter_AndReadBack()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("q.parquet");
        QualityParquet.Write(path, [Full], new Dictionary<string, string> { ["srbatch.a"] = "{\"b\":1}", ["srbatch.ü"] = "" });
        Assert.Equal(
            [["srbatch.a", "{\"b\":1}"], ["srbatch.ü", ""]],
            Query($"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{path}') WHERE decode(key) LIKE 'srbatch.%' ORDER BY key"));
        Assert.Equal("{\"b\":1}", QualityParquet.ReadMetadata(path)["srbatch.a"]);
        Assert.Equal([Full], QualityParquet.Read(path));
        QualityParquet.Write(path, [Full]);
        Assert.DoesNotContain(QualityParquet.ReadMetadata(path), entry => entry.Key.StartsWith("srbatch", StringComparison.Ordinal));
        Assert.Equal(
            $"{folder.File("none")}: there is no such file.",
            Assert.Throws<SrBatchException>(() => QualityParquet.ReadMetadata(folder.File("none"))).Message);
    }

    [Fact]
    public void Quality_CopiedByDuckDb_IsRead()
    {
        using var folder = new TemporaryFolder();
        QualityParquet.Write(folder.File("q.parquet"), [Full, Bare]);
        Query($"COPY (SELECT * FROM '{folder.File("q.parquet")}') TO '{folder.File("copy.parquet")}'");
        Assert.Equal([Full, Bare], QualityParquet.Read(folder.File("copy.parquet")));
    }

    [Fact]
    public void Read_DamagedOrMissing_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("q.parquet");
        Assert.Equal($"{path}: there is no such file.", Assert.Throws<SrBatchException>(() => QualityParquet.Read(path)).Message);
        QualityParquet.Write(path, [Full]);
        var whole = File.ReadAllBytes(path);
        foreach (var length in new[] { 0, 3, 100, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Equal(ExitCode.ImagesFailed, Assert.Throws<SrBatchException>(() => QualityParquet.Read(path)).ExitCode);
        }
        Query($"COPY (SELECT 'x' AS attempt) TO '{path}' (FORMAT parquet)");
        Assert.Equal($"{path}: column 'attempt' is String; expected Int32. Write the file again with srbatch report.",
            Assert.Throws<SrBatchException>(() => QualityParquet.Read(path)).Message);
    }

    [Fact]
    public void Training_RoundTrip_AndSchema()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("t.parquet");
        TrainingRow[] rows =
        [
            new() { Step = 1, GeneratorLoss = 2.5, LearningRate = 1e-4, Seconds = 3.5, ImagesPerSecond = 4.5 },
            new()
            {
                Step = 2,
                GeneratorLoss = 2.25,
                DiscriminatorLoss = 1,
                AdversarialLoss = 2,
                PixelLoss = 3,
                PatchSsim = 0.5,
                LearningRate = 1e-5,
                ValidationPsnrDb = 30,
                ValidationSsim = 0.9,
                Seconds = 4,
                ImagesPerSecond = 5,
            },
        ];
        TrainingParquet.Write(path, rows);
        Assert.Equal(rows, TrainingParquet.Read(path));
        Assert.Equal(
            "step INTEGER, generator_loss DOUBLE, discriminator_loss DOUBLE, adversarial_loss DOUBLE, pixel_loss DOUBLE, "
                + "patch_ssim DOUBLE, learning_rate DOUBLE, validation_psnr_db DOUBLE, validation_ssim DOUBLE, seconds DOUBLE, "
                + "images_per_second DOUBLE",
            Schema(path));
        Assert.Equal("1|2.5|||||0.0001|||3.5|4.5", Values(path, 0));
    }

    private static string Schema(string path) =>
        string.Join(
            ", ",
            Query($"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '{path}')").Select(row => $"{row[0]} {row[1]}"));

    private static string Values(
        string path,
        int row) => string.Join('|', Query($"SELECT * FROM '{path}'")[row].Select(value => value switch
    {
        null or DBNull => "",
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    }));

    private static List<object?[]> Query(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the text is the test's own
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            reader.GetValues(row!);
            rows.Add(row);
        }
        return rows;
    }
}
