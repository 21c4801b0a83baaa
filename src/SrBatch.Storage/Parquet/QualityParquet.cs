using Parquet.Schema;
using SrBatch.Core.Errors;
using SrBatch.Core.Quality;

namespace SrBatch.Storage.Parquet;

/// <summary><c>quality.parquet</c> and its parts: one row a 2-D plane.</summary>
public static class QualityParquet
{
    /// <summary>To add a column: a property of <see cref="QualityRow"/>, a line here, a line in docs/report.md, and accept the schema test.</summary>
    private static readonly ParquetTable<QualityRow> Table = new(
        [
            Text("run", row => row.Run, (row, value) => row with { Run = value }),
            Text("image", row => row.Image, (row, value) => row with { Image = value }),
            Text("group", row => row.Group, (row, value) => row with { Group = value }),
            Text("split", row => row.Split, (row, value) => row with { Split = value }),
            Int("t", row => row.T, (row, value) => row with { T = value }),
            Int("c", row => row.C, (row, value) => row with { C = value }),
            Int("z", row => row.Z, (row, value) => row with { Z = value }),
            Int("width", row => row.Width, (row, value) => row with { Width = value }),
            Int("height", row => row.Height, (row, value) => row with { Height = value }),
            Int("scale", row => row.Scale, (row, value) => row with { Scale = value }),
            Double("pixel_size_um", row => row.PixelSizeUm, (row, value) => row with { PixelSizeUm = value }),
            OptionalText("model_sha256", row => row.ModelSha256, (row, value) => row with { ModelSha256 = value }),
            Double("psnr_db", row => row.PsnrDb, (row, value) => row with { PsnrDb = value }),
            Double("ssim", row => row.Ssim, (row, value) => row with { Ssim = value }),
            Double("ms_ssim", row => row.MsSsim, (row, value) => row with { MsSsim = value }),
            Double("nrmse", row => row.Nrmse, (row, value) => row with { Nrmse = value }),
            Double("pearson", row => row.Pearson, (row, value) => row with { Pearson = value }),
            Double("psnr_input_db", row => row.PsnrInputDb, (row, value) => row with { PsnrInputDb = value }),
            Double("ssim_input", row => row.SsimInput, (row, value) => row with { SsimInput = value }),
            Double("nrmse_input", row => row.NrmseInput, (row, value) => row with { NrmseInput = value }),
            Double("rsp", row => row.Rsp, (row, value) => row with { Rsp = value }),
            Double("rse", row => row.Rse, (row, value) => row with { Rse = value }),
            Double("frc_um", row => row.FrcUm, (row, value) => row with { FrcUm = value }),
            Double("decorrelation_um", row => row.DecorrelationUm, (row, value) => row with { DecorrelationUm = value }),
            Double("input_snr", row => row.InputSnr, (row, value) => row with { InputSnr = value }),
            Double("out_of_distribution", row => row.OutOfDistribution, (row, value) => row with { OutOfDistribution = value }),
            Text("verdict", row => VerdictName.Of(row.Verdict), (row, value) => row with { Verdict = VerdictName.Parse(value) }),
            OptionalText("reasons", row => row.Reasons, (row, value) => row with { Reasons = value }),
            Int("tiles", row => row.Tiles, (row, value) => row with { Tiles = value }),
            Int("halo", row => row.Halo, (row, value) => row with { Halo = value }),
            Double("seconds", row => row.Seconds, (row, value) => row with { Seconds = value }),
            OptionalText("device", row => row.Device, (row, value) => row with { Device = value }),
            OptionalText("precision", row => row.Precision, (row, value) => row with { Precision = value }),
            OptionalText("slurm_job_id", row => row.SlurmJobId, (row, value) => row with { SlurmJobId = value }),
            Int("slurm_array_task_id", row => row.SlurmArrayTaskId, (row, value) => row with { SlurmArrayTaskId = value }),
            new RequiredColumn<QualityRow, int>(new DataField<int>("attempt", false), row => row.Attempt, (row, value) => row with { Attempt = value }),
            new NullableColumn<QualityRow, DateTime>(
                new DateTimeDataField("finished_at", DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: true),
                row => row.FinishedAt?.UtcDateTime,
                (row, value) => row with { FinishedAt = value is { } time ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)) : null }),
            Text("version", row => row.Version, (row, value) => row with { Version = value }),
        ],
        new QualityRow { Run = "", Image = "", Group = "", Split = "", Verdict = Verdict.Fail, Version = "" });

    /// <summary>Of a partition <c>run=NAME</c>: the folder tells the run. A column that the folder and the file both have is a conflict for pyarrow and Spark.</summary>
    private static readonly ParquetTable<QualityRow> Partition = Table.Without("run");

    /// <summary>Writes a whole file, over the one there. Times are cut to microseconds.</summary>
    /// <param name="metadata">Key-value metadata of the file's footer.</param>
    /// <exception cref="SrBatchException">The disk refused (exit 74).</exception>
    public static void Write(string path, IReadOnlyList<QualityRow> rows, IReadOnlyDictionary<string, string>? metadata = null) => Table.Write(path, rows, metadata);

    /// <summary>As <see cref="Write"/>, without the column <c>run</c>.</summary>
    /// <exception cref="SrBatchException">The disk refused (exit 74).</exception>
    public static void WritePartition(string path, IReadOnlyList<QualityRow> rows, IReadOnlyDictionary<string, string> metadata) => Partition.Write(path, rows, metadata);

    /// <summary>As <see cref="WritePartition"/>, but only when there is no such file yet.</summary>
    /// <returns>False when there is one.</returns>
    /// <exception cref="SrBatchException">The disk refused (exit 74).</exception>
    public static bool CreatePartition(string path, IReadOnlyList<QualityRow> rows, IReadOnlyDictionary<string, string> metadata) => Partition.CreateNew(path, rows, metadata);

    /// <returns>Rows in the file's order.</returns>
    /// <exception cref="SrBatchException">Missing or damaged (exit 65).</exception>
    public static IReadOnlyList<QualityRow> Read(string path) => Table.Read(path);

    /// <returns>Key-value metadata of the file's footer; empty when there is none.</returns>
    /// <exception cref="SrBatchException">Missing or damaged (exit 65).</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) => ParquetTable<QualityRow>.ReadMetadata(path);

    private static TextColumn<QualityRow> Text(string name, Func<QualityRow, string> get, Func<QualityRow, string, QualityRow> set) =>
        new(new DataField<string>(name, false), get, (row, value) => set(row, value ?? ""));

    private static TextColumn<QualityRow> OptionalText(string name, Func<QualityRow, string?> get, Func<QualityRow, string?, QualityRow> set) =>
        new(new DataField<string>(name, true), get, set);

    private static NullableColumn<QualityRow, int> Int(string name, Func<QualityRow, int?> get, Func<QualityRow, int?, QualityRow> set) =>
        new(new DataField<int>(name, true), get, set);

    private static NullableColumn<QualityRow, double> Double(string name, Func<QualityRow, double?> get, Func<QualityRow, double?, QualityRow> set) =>
        new(new DataField<double>(name, true), get, set);
}
