namespace SrBatch.Core.Quality;

/// <summary>A column, and how a row gives and takes its value.</summary>
/// <typeparam name="T"><c>string?</c>, <c>int?</c>, <c>double?</c> or <c>DateTimeOffset?</c>.</typeparam>
public sealed class QualityField<T>(
    string name,
    Func<QualityRow, T> get,
    Func<QualityRow, T, QualityRow> set,
    bool isRequired = false)
    : QualityColumn(name, isRequired)
{
    public T Get(QualityRow row) => get(row);

    /// <returns>The row with another value.</returns>
    public QualityRow Set(QualityRow row, T value) => set(row, value);
}
