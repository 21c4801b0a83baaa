using SrBatch.Core.Errors;
using SrBatch.Core.Quality;
using static SrBatch.Storage.Parquet.Columns<SrBatch.Core.Quality.QualityRow>;

namespace SrBatch.Storage.Parquet;

/// <summary><c>quality.parquet</c> and its parts: one row per 2-D plane.</summary>
public static class QualityParquet
{
    private static readonly ParquetTable<QualityRow> Table = new([.. QualityColumns.All.Select(ColumnOf)], QualityColumns.Blank);

    /// <summary>
    /// For a partition <c>run=NAME</c>. The folder names the run; a column that folder and file both have is a conflict for pyarrow and
    /// Spark.
    /// </summary>
    private static readonly ParquetTable<QualityRow> Partition = Table.Without("run");

    /// <summary>Writes the whole file, replacing an existing one. Times are cut to microseconds.</summary>
    /// <param name="metadata">Key-value metadata of the file's footer.</param>
    /// <exception cref="SrBatchException">The disk refused (exit 74).</exception>
    public static void Write(string path, IReadOnlyList<QualityRow> rows, IReadOnlyDictionary<string, string>? metadata = null) =>
        Table.Write(path, rows, metadata);

    /// <summary>As <see cref="Write"/>, without the column <c>run</c>.</summary>
    /// <exception cref="SrBatchException">The disk refused (exit 74).</exception>
    public static void WritePartition(string path, IReadOnlyList<QualityRow> rows, IReadOnlyDictionary<string, string> metadata) =>
        Partition.Write(path, rows, metadata);

    /// <summary>As <see cref="WritePartition"/>, but only when there is no such file yet.</summary>
    /// <returns>False when there is one.</returns>
    /// <exception cref="SrBatchException">The disk refused (exit 74).</exception>
    public static bool CreatePartition(string path, IReadOnlyList<QualityRow> rows, IReadOnlyDictionary<string, string> metadata) =>
        Partition.CreateNew(path, rows, metadata);

    /// <returns>The rows in the order of the file.</returns>
    /// <exception cref="SrBatchException">The file is missing or damaged (exit 65).</exception>
    public static IReadOnlyList<QualityRow> Read(string path) => Table.Read(path);

    /// <returns>Key-value metadata of the file's footer; empty when there is none.</returns>
    /// <exception cref="SrBatchException">The file is missing or damaged (exit 65).</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) => ParquetTable<QualityRow>.ReadMetadata(path);

    private static ParquetColumn<QualityRow> ColumnOf(QualityColumn column) => column switch
    {
        QualityField<string?> { IsRequired: true } text =>
            Text(text.Name, row => text.Get(row) ?? "", (row, value) => text.Set(row, value)),
        QualityField<string?> text => OptionalText(text.Name, text.Get, text.Set),
        QualityField<int?> { IsRequired: true } number =>
            Int(number.Name, row => number.Get(row) ?? 0, (row, value) => number.Set(row, value)),
        QualityField<int?> number => OptionalInt(number.Name, number.Get, number.Set),
        QualityField<double?> number => OptionalDouble(number.Name, number.Get, number.Set),
        QualityField<DateTimeOffset?> time => OptionalTime(time.Name, time.Get, time.Set),
        _ => throw new ArgumentException($"column '{column.Name}' has no type of Parquet"),
    };
}
