using Parquet;
using Parquet.Schema;

namespace SrBatch.Storage.Parquet;

/// <summary>A column of numbers or times that may be null.</summary>
internal sealed class NullableColumn<TRow, T>(DataField field, Func<TRow, T?> get, Func<TRow, T?, TRow> set) : ParquetColumn<TRow>(field)
    where T : struct
{
    internal override async Task WriteAsync(ParquetRowGroupWriter writer, IReadOnlyList<TRow> rows) =>
        await writer.WriteAsync<T>(Field, (ReadOnlyMemory<T?>)rows.Select(get).ToArray()).ConfigureAwait(false);

    internal override async Task ReadAsync(ParquetRowGroupReader reader, DataField found, TRow[] rows)
    {
        var values = new T?[rows.Length];
        if (found.IsNullable)
        {
            await reader.ReadAsync<T>(found, values.AsMemory()).ConfigureAwait(false);
        }
        else
        {
            var present = new T[rows.Length];
            await reader.ReadAsync(found, present.AsMemory()).ConfigureAwait(false);
            values = Array.ConvertAll(present, value => (T?)value);
        }
        for (var n = 0; n < rows.Length; n++)
        {
            rows[n] = set(rows[n], values[n]);
        }
    }
}
