using Parquet;
using Parquet.Schema;

namespace SrBatch.Storage.Parquet;

/// <summary>A column of numbers that are never null.</summary>
internal sealed class RequiredColumn<TRow, T>(DataField field, Func<TRow, T> get, Func<TRow, T, TRow> set) : ParquetColumn<TRow>(field)
    where T : struct
{
    internal override async Task WriteAsync(ParquetRowGroupWriter writer, IReadOnlyList<TRow> rows) =>
        await writer.WriteAsync(Field, (ReadOnlyMemory<T>)rows.Select(get).ToArray()).ConfigureAwait(false);

    internal override async Task ReadAsync(ParquetRowGroupReader reader, DataField found, TRow[] rows)
    {
        var values = new T[rows.Length];
        if (found.IsNullable)
        {
            // A program that copied the file may have marked the column as nullable.
            var maybe = new T?[rows.Length];
            await reader.ReadAsync<T>(found, maybe.AsMemory()).ConfigureAwait(false);
            values = Array.ConvertAll(maybe, value => value.GetValueOrDefault());
        }
        else
        {
            await reader.ReadAsync(found, values.AsMemory()).ConfigureAwait(false);
        }
        for (var n = 0; n < rows.Length; n++)
        {
            rows[n] = set(rows[n], values[n]);
        }
    }
}
