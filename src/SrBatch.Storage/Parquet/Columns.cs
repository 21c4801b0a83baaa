using Parquet.Schema;

namespace SrBatch.Storage.Parquet;

/// <summary>Columns of a table of <typeparamref name="TRow"/>, by the type of their values. Optional columns may contain null.</summary>
internal static class Columns<TRow>
{
    internal static TextColumn<TRow> Text(string name, Func<TRow, string> get, Func<TRow, string, TRow> set) =>
        new(new DataField<string>(name, false), get, (row, value) => set(row, value ?? ""));

    internal static TextColumn<TRow> OptionalText(string name, Func<TRow, string?> get, Func<TRow, string?, TRow> set) =>
        new(new DataField<string>(name, true), get, set);

    internal static RequiredColumn<TRow, int> Int(string name, Func<TRow, int> get, Func<TRow, int, TRow> set) =>
        new(new DataField<int>(name, false), get, set);

    internal static NullableColumn<TRow, int> OptionalInt(string name, Func<TRow, int?> get, Func<TRow, int?, TRow> set) =>
        new(new DataField<int>(name, true), get, set);

    internal static RequiredColumn<TRow, double> Double(string name, Func<TRow, double> get, Func<TRow, double, TRow> set) =>
        new(new DataField<double>(name, false), get, set);

    internal static NullableColumn<TRow, double> OptionalDouble(string name, Func<TRow, double?> get, Func<TRow, double?, TRow> set) =>
        new(new DataField<double>(name, true), get, set);

    internal static NullableColumn<TRow, bool> OptionalBool(string name, Func<TRow, bool?> get, Func<TRow, bool?, TRow> set) =>
        new(new DataField<bool>(name, true), get, set);

    /// <summary>Times in UTC, cut to microseconds.</summary>
    internal static NullableColumn<TRow, DateTime> OptionalTime(
        string name,
        Func<TRow, DateTimeOffset?> get,
        Func<TRow, DateTimeOffset?, TRow> set) =>
        new(
            new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: true),
            row => get(row)?.UtcDateTime,
            (row, value) => set(row, value is { } time ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)) : null));
}
