using Parquet;
using Parquet.Schema;

namespace SrBatch.Storage.Parquet;

/// <summary>One column of a table of <typeparamref name="TRow"/>: its name, type and how a row gives and takes its value.</summary>
internal abstract class ParquetColumn<TRow>(DataField field)
{
    /// <summary>Name, type and whether null is allowed.</summary>
    internal DataField Field { get; } = field;

    internal abstract Task WriteAsync(ParquetRowGroupWriter writer, IReadOnlyList<TRow> rows);

    /// <summary>Puts the column's values into <paramref name="rows"/>.</summary>
    /// <param name="reader">A row group of as many rows.</param>
    /// <param name="found">The column as the file has it.</param>
    /// <param name="rows">Changed in place.</param>
    internal abstract Task ReadAsync(ParquetRowGroupReader reader, DataField found, TRow[] rows);
}
