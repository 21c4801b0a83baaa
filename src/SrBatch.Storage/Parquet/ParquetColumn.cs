using Parquet;
using Parquet.Schema;

namespace SrBatch.Storage.Parquet;

/// <summary>One column of a table of <typeparamref name="TRow"/>: its name, its type, and how to get and set its value in a row.</summary>
internal abstract class ParquetColumn<TRow>(DataField field)
{
    /// <summary>Name, type and whether null is allowed.</summary>
    internal DataField Field { get; } = field;

    internal abstract Task WriteAsync(ParquetRowGroupWriter writer, IReadOnlyList<TRow> rows);

    /// <summary>Puts the column's values into <paramref name="rows"/>.</summary>
    /// <param name="reader">A row group with the same number of rows.</param>
    /// <param name="found">The column's description in the file.</param>
    /// <param name="rows">Changed in place.</param>
    internal abstract Task ReadAsync(ParquetRowGroupReader reader, DataField found, TRow[] rows);
}
