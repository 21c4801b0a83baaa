using SrBatch.Core.Errors;
using SrBatch.Core.Quality;
using static SrBatch.Storage.Parquet.Columns<SrBatch.Core.Quality.QualityRow>;

namespace SrBatch.Storage.Parquet;

/// <summary><c>quality.parquet</c> and its parts: one row per 2-D plane.</summary>
public static class QualityParquet
{
    /// <summary>
    /// To add a column: add a property to <see cref="QualityRow"/>, a line here and a line in docs/report.md, and accept the new schema in
    /// the test.
    /// </summary>
    private static readonly ParquetTable<QualityRow> Table = new(
        [
            Text("run", row => row.Run, (row, value) => row with { Run = value }),
            Text("image", row => row.Image, (row, value) => row with { Image = value }),
            Text("group", row => row.Group, (row, value) => row with { Group = value }),
            Text("split", row => row.Split, (row, value) => row with { Split = value }),
            OptionalInt("t", row => row.T, (row, value) => row with { T = value }),
            OptionalInt("c", row => row.C, (row, value) => row with { C = value }),
            OptionalInt("z", row => row.Z, (row, value) => row with { Z = value }),
            OptionalInt("width", row => row.Width, (row, value) => row with { Width = value }),
            OptionalInt("height", row => row.Height, (row, value) => row with { Height = value }),
            OptionalInt("scale", row => row.Scale, (row, value) => row with { Scale = value }),
            OptionalDouble("pixel_size_um", row => row.PixelSizeUm, (row, value) => row with { PixelSizeUm = value }),
            OptionalText("model_sha256", row => row.ModelSha256, (row, value) => row with { ModelSha256 = value }),
            OptionalDouble("psnr_db", row => row.PsnrDb, (row, value) => row with { PsnrDb = value }),
            OptionalDouble("ssim", row => row.Ssim, (row, value) => row with { Ssim = value }),
            OptionalDouble("ms_ssim", row => row.MsSsim, (row, value) => row with { MsSsim = value }),
            OptionalDouble("nrmse", row => row.Nrmse, (row, value) => row with { Nrmse = value }),
            OptionalDouble("pearson", row => row.Pearson, (row, value) => row with { Pearson = value }),
            OptionalDouble("psnr_input_db", row => row.PsnrInputDb, (row, value) => row with { PsnrInputDb = value }),
            OptionalDouble("ssim_input", row => row.SsimInput, (row, value) => row with { SsimInput = value }),
            OptionalDouble("nrmse_input", row => row.NrmseInput, (row, value) => row with { NrmseInput = value }),
            OptionalDouble("rsp", row => row.Rsp, (row, value) => row with { Rsp = value }),
            OptionalDouble("rse", row => row.Rse, (row, value) => row with { Rse = value }),
            OptionalDouble("frc_um", row => row.FrcUm, (row, value) => row with { FrcUm = value }),
            OptionalDouble("decorrelation_um", row => row.DecorrelationUm, (row, value) => row with { DecorrelationUm = value }),
            OptionalDouble("input_snr", row => row.InputSnr, (row, value) => row with { InputSnr = value }),
            OptionalDouble("out_of_distribution", row => row.OutOfDistribution, (row, value) => row with { OutOfDistribution = value }),
            Text("verdict", row => VerdictName.Of(row.Verdict), (row, value) => row with { Verdict = VerdictName.Parse(value) }),
            OptionalText("reasons", row => row.Reasons, (row, value) => row with { Reasons = value }),
            OptionalInt("tiles", row => row.Tiles, (row, value) => row with { Tiles = value }),
            OptionalInt("halo", row => row.Halo, (row, value) => row with { Halo = value }),
            OptionalDouble("seconds", row => row.Seconds, (row, value) => row with { Seconds = value }),
            OptionalText("device", row => row.Device, (row, value) => row with { Device = value }),
            OptionalText("precision", row => row.Precision, (row, value) => row with { Precision = value }),
            OptionalText("slurm_job_id", row => row.SlurmJobId, (row, value) => row with { SlurmJobId = value }),
            OptionalInt("slurm_array_task_id", row => row.SlurmArrayTaskId, (row, value) => row with { SlurmArrayTaskId = value }),
            Int("attempt", row => row.Attempt, (row, value) => row with { Attempt = value }),
            OptionalTime("finished_at", row => row.FinishedAt, (row, value) => row with { FinishedAt = value }),
            Text("version", row => row.Version, (row, value) => row with { Version = value }),
        ],
        new QualityRow { Run = "", Image = "", Group = "", Split = "", Verdict = Verdict.Fail, Version = "" });

    /// <summary>
    /// The table in a partition <c>run=NAME</c>. It has no column <c>run</c>, because the folder's name gives it; pyarrow and Spark refuse
    /// a column that both the folder and the file have.
    /// </summary>
    private static readonly ParquetTable<QualityRow> Partition = Table.Without("run");

    /// <summary>Writes the whole file, replacing an existing one. Times are cut to microseconds.</summary>
    /// <param name="metadata">Key-value metadata of the file's footer.</param>
    /// <exception cref="SrBatchException">The file cannot be written (exit 74).</exception>
    public static void Write(string path, IReadOnlyList<QualityRow> rows, IReadOnlyDictionary<string, string>? metadata = null) =>
        Table.Write(path, rows, metadata);

    /// <summary>Like <see cref="Write"/>, without the column <c>run</c>.</summary>
    /// <exception cref="SrBatchException">The file cannot be written (exit 74).</exception>
    public static void WritePartition(string path, IReadOnlyList<QualityRow> rows, IReadOnlyDictionary<string, string> metadata) =>
        Partition.Write(path, rows, metadata);

    /// <summary>Like <see cref="WritePartition"/>, but does nothing when the file already exists.</summary>
    /// <returns>False when the file already exists.</returns>
    /// <exception cref="SrBatchException">The file cannot be written (exit 74).</exception>
    public static bool CreatePartition(string path, IReadOnlyList<QualityRow> rows, IReadOnlyDictionary<string, string> metadata) =>
        Partition.CreateNew(path, rows, metadata);

    /// <returns>The rows in the order of the file.</returns>
    /// <exception cref="SrBatchException">The file is missing or damaged (exit 65).</exception>
    public static IReadOnlyList<QualityRow> Read(string path) => Table.Read(path);

    /// <returns>Key-value metadata of the file's footer; empty when there is none.</returns>
    /// <exception cref="SrBatchException">The file is missing or damaged (exit 65).</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) => ParquetTable<QualityRow>.ReadMetadata(path);
}
