using Parquet;
using Parquet.Schema;
using SrBatch.Core.Errors;
using SrBatch.Storage.Files;

namespace SrBatch.Storage.Parquet;

/// <summary>
/// Reads and writes rows as a Parquet file. It uses Parquet.Net's column interface, because the row interface needs reflection.
/// </summary>
/// <param name="columns">The columns in the order of the file.</param>
/// <param name="blank">The row that reading starts from; columns missing from the file keep its values.</param>
internal sealed class ParquetTable<TRow>(IReadOnlyList<ParquetColumn<TRow>> columns, TRow blank)
{
    private const int RowsPerGroup = 100_000;

    private readonly ParquetSchema _schema = new(columns.Select(Field (column) => column.Field));

    /// <param name="metadata">Key-value metadata for the file's footer.</param>
    /// <exception cref="SrBatchException">The file cannot be written (exit 74).</exception>
    internal void Write(string path, IReadOnlyList<TRow> rows, IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, stream => WriteAsync(stream, rows, metadata).GetAwaiter().GetResult());

    /// <summary>Like <see cref="Write"/>, but does nothing when the file already exists.</summary>
    /// <returns>False when the file already exists.</returns>
    internal bool CreateNew(string path, IReadOnlyList<TRow> rows, IReadOnlyDictionary<string, string> metadata) =>
        AtomicFile.CreateNew(path, stream => WriteAsync(stream, rows, metadata).GetAwaiter().GetResult());

    /// <summary>The same table without one of its columns.</summary>
    internal ParquetTable<TRow> Without(string column) => new([.. columns.Where(one => one.Field.Name != column)], blank);

    /// <returns>
    /// The rows in the order of the file. Columns missing from the file have the values of the blank row; unknown columns are ignored.
    /// </returns>
    /// <exception cref="SrBatchException">The file is missing or damaged, or a column has another type (exit 65).</exception>
    internal IReadOnlyList<TRow> Read(string path) => Reading(path, reader => ReadAsync(reader, Path.GetFullPath(path)));

    /// <returns>Key-value metadata of the file's footer; empty when there is none.</returns>
    /// <exception cref="SrBatchException">The file is missing or damaged (exit 65).</exception>
    internal static IReadOnlyDictionary<string, string> ReadMetadata(string path) =>
        Reading(path, reader => Task.FromResult(reader.CustomMetadata));

    private static T Reading<T>(string path, Func<ParquetReader, Task<T>> read)
    {
        path = Path.GetFullPath(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return OpenAsync(stream, read).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{path}: there is no such file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{path}: cannot be read as Parquet: {e.Message}", e);
        }
        // Parquet.Net has no exception of its own for damaged files; these are the ones that its decoders throw.
        catch (Exception e) when (e is ParquetException or InvalidDataException or ArgumentException or InvalidOperationException
            or FormatException or OverflowException or IndexOutOfRangeException or NotSupportedException or InvalidCastException
            or NullReferenceException)
        {
            throw new SrBatchException(ExitCode.ImagesFailed, $"{path}: is not a complete Parquet file: {e.Message}", e);
        }
    }

    private async Task WriteAsync(Stream stream, IReadOnlyList<TRow> rows, IReadOnlyDictionary<string, string>? metadata)
    {
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd };
        await using var writer = await ParquetWriter.CreateAsync(_schema, stream, options).ConfigureAwait(false);
        if (metadata is not null)
        {
            writer.CustomMetadata = metadata;
        }
        foreach (var group in rows.Chunk(RowsPerGroup))
        {
            using var groupWriter = writer.CreateRowGroup();
            foreach (var column in columns)
            {
                await column.WriteAsync(groupWriter, group).ConfigureAwait(false);
            }
        }
    }

    private static async Task<T> OpenAsync<T>(Stream stream, Func<ParquetReader, Task<T>> read)
    {
        await using var reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true).ConfigureAwait(false);
        return await read(reader).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<TRow>> ReadAsync(ParquetReader reader, string path)
    {
        var found = reader.Schema.DataFields.ToDictionary(field => field.Name);
        List<TRow> rows = [];
        for (var n = 0; n < reader.RowGroupCount; n++)
        {
            using var group = reader.OpenRowGroupReader(n);
            var part = new TRow[group.RowCount];
            Array.Fill(part, blank);
            foreach (var column in columns)
            {
                if (!found.TryGetValue(column.Field.Name, out var field))
                {
                    continue;
                }
                if (field.ClrType != column.Field.ClrType)
                {
                    throw new SrBatchException(
                        ExitCode.ImagesFailed,
                        $"{path}: column '{field.Name}' is {NameOf(field)}; expected {NameOf(column.Field)}. "
                        + "Write the file again with srbatch report.");
                }
                await column.ReadAsync(group, field, part).ConfigureAwait(false);
            }
            rows.AddRange(part);
        }
        return rows;
    }

    /// <summary>
    /// Name of a type for messages. Parquet.Net's own type for text, ReadOnlyMemory&lt;char&gt;, would mean nothing to a user.
    /// </summary>
    private static string NameOf(DataField field) => field.ClrType == typeof(ReadOnlyMemory<char>) ? "String" : field.ClrType.Name;
}
