using SrBatch.Core.Errors;
using SrBatch.Core.Quality;
using static SrBatch.Storage.Parquet.Columns<SrBatch.Core.Quality.BaselineRow>;

namespace SrBatch.Storage.Parquet;

/// <summary><c>baselines.parquet</c>: one row per plane and method.</summary>
public static class BaselineParquet
{
    /// <summary>
    /// To add a column: add a property to <see cref="BaselineRow"/>, a line here and a line in docs/report.md, and accept the new schema in
    /// the test.
    /// </summary>
    private static readonly ParquetTable<BaselineRow> Table = new(
        [
            Text("image", row => row.Image, (row, value) => row with { Image = value }),
            Text("group", row => row.Group, (row, value) => row with { Group = value }),
            Text("split", row => row.Split, (row, value) => row with { Split = value }),
            OptionalInt("t", row => row.T, (row, value) => row with { T = value }),
            OptionalInt("c", row => row.C, (row, value) => row with { C = value }),
            OptionalInt("z", row => row.Z, (row, value) => row with { Z = value }),
            Text("method", row => row.Method, (row, value) => row with { Method = value }),
            OptionalText("parameters", row => row.Parameters, (row, value) => row with { Parameters = value }),
            OptionalDouble("psnr_db", row => row.PsnrDb, (row, value) => row with { PsnrDb = value }),
            OptionalDouble("ssim", row => row.Ssim, (row, value) => row with { Ssim = value }),
            OptionalDouble("nrmse", row => row.Nrmse, (row, value) => row with { Nrmse = value }),
            OptionalDouble("pearson", row => row.Pearson, (row, value) => row with { Pearson = value }),
            OptionalText("scored_with", row => row.ScoredWith, (row, value) => row with { ScoredWith = value }),
        ],
        new BaselineRow { Image = "", Group = "", Split = "", Method = "" });

    /// <summary>Writes the whole file, replacing an existing one.</summary>
    /// <exception cref="SrBatchException">The file cannot be written (exit 74).</exception>
    public static void Write(string path, IReadOnlyList<BaselineRow> rows) => Table.Write(path, rows);

    /// <returns>The rows in the order of the file.</returns>
    /// <exception cref="SrBatchException">The file is missing or damaged (exit 65).</exception>
    public static IReadOnlyList<BaselineRow> Read(string path) => Table.Read(path);
}
