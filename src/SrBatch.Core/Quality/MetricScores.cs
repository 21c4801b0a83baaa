namespace SrBatch.Core.Quality;

/// <summary>The scores of a plane by column, see <see cref="MetricTable.Columns"/>. Immutable; equal if all scores are.</summary>
public sealed class MetricScores : IEquatable<MetricScores>
{
    public static readonly MetricScores None = new(new double?[MetricTable.Columns.Count]);

    private static readonly Dictionary<string, int> Places =
        MetricTable.Columns.Select((column, place) => (column, place))
            .ToDictionary(at => at.column, at => at.place, StringComparer.Ordinal);

    private readonly double?[] _values;

    private MetricScores(double?[] values) => _values = values;

    /// <summary>Null where the score does not apply, was not asked for or cannot be computed.</summary>
    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    public double? this[string column] => _values[Places[column]];

    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    public MetricScores With(string column, double? value)
    {
        double?[] values = [.. _values];
        values[Places[column]] = value;
        return new MetricScores(values);
    }

    public bool Equals(MetricScores? other) => other is not null && _values.AsSpan().SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as MetricScores);

    public override int GetHashCode() => _values.Aggregate(0, HashCode.Combine);

    /// <summary>For test failures and debuggers: all scores that are not null.</summary>
    public override string ToString() =>
        string.Join(", ", MetricTable.Columns
            .Where(column => this[column] is not null)
            .Select(column => FormattableString.Invariant($"{column} = {this[column]}")));
}
