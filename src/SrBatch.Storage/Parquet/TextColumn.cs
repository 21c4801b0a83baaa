using Parquet;
using Parquet.Schema;

namespace SrBatch.Storage.Parquet;

/// <summary>A column of text.</summary>
internal sealed class TextColumn<TRow>(DataField field, Func<TRow, string?> get, Func<TRow, string?, TRow> set) : ParquetColumn<TRow>(field)
{
    internal override async Task WriteAsync(ParquetRowGroupWriter writer, IReadOnlyList<TRow> rows) =>
        await writer.WriteAsync(Field, rows.Select(get).ToArray()!).ConfigureAwait(false);

    internal override async Task ReadAsync(ParquetRowGroupReader reader, DataField found, TRow[] rows)
    {
        var values = new string?[rows.Length];
        await reader.ReadAsync(found, values.AsMemory()!).ConfigureAwait(false);
        for (var n = 0; n < rows.Length; n++)
        {
            rows[n] = set(rows[n], values[n]);
        }
    }
}
