using Parquet.Schema;
using SrBatch.Core.Errors;
using SrBatch.Core.Quality;

namespace SrBatch.Storage.Parquet;

/// <summary><c>baselines.parquet</c>: one row a plane and method.</summary>
public static class BaselineParquet
{
    /// <summary>To add a column: a property of <see cref="BaselineRow"/>, a line here, a line in docs/report.md, and accept the schema test.</summary>
    private static readonly ParquetTable<BaselineRow> Table = new(
        [
            Text("image", row => row.Image, (row, value) => row with { Image = value }),
            Text("group", row => row.Group, (row, value) => row with { Group = value }),
            Text("split", row => row.Split, (row, value) => row with { Split = value }),
            Int("t", row => row.T, (row, value) => row with { T = value }),
            Int("c", row => row.C, (row, value) => row with { C = value }),
            Int("z", row => row.Z, (row, value) => row with { Z = value }),
            Text("method", row => row.Method, (row, value) => row with { Method = value }),
            new TextColumn<BaselineRow>(new DataField<string>("parameters", true), row => row.Parameters, (row, value) => row with { Parameters = value }),
            Double("psnr_db", row => row.PsnrDb, (row, value) => row with { PsnrDb = value }),
            Double("ssim", row => row.Ssim, (row, value) => row with { Ssim = value }),
            Double("nrmse", row => row.Nrmse, (row, value) => row with { Nrmse = value }),
            Double("pearson", row => row.Pearson, (row, value) => row with { Pearson = value }),
        ],
        new BaselineRow { Image = "", Group = "", Split = "", Method = "" });

    /// <summary>Writes a whole file, over the one there.</summary>
    /// <exception cref="SrBatchException">The disk refused (exit 74).</exception>
    public static void Write(string path, IReadOnlyList<BaselineRow> rows) => Table.Write(path, rows);

    /// <returns>Rows in the file's order.</returns>
    /// <exception cref="SrBatchException">Missing or damaged (exit 65).</exception>
    public static IReadOnlyList<BaselineRow> Read(string path) => Table.Read(path);

    private static TextColumn<BaselineRow> Text(string name, Func<BaselineRow, string> get, Func<BaselineRow, string, BaselineRow> set) =>
        new(new DataField<string>(name, false), get, (row, value) => set(row, value ?? ""));

    private static NullableColumn<BaselineRow, int> Int(string name, Func<BaselineRow, int?> get, Func<BaselineRow, int?, BaselineRow> set) =>
        new(new DataField<int>(name, true), get, set);

    private static NullableColumn<BaselineRow, double> Double(string name, Func<BaselineRow, double?> get, Func<BaselineRow, double?, BaselineRow> set) =>
        new(new DataField<double>(name, true), get, set);
}
