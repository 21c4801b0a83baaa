using System.Globalization;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;

namespace SrBatch.Storage.Hdf5.Flavours;

/// <summary>Counts the datasets or groups of a file that a <see cref="DatasetPattern"/> numbers along one axis.</summary>
internal static class PatternLength
{
    /// <param name="file">The file.</param>
    /// <param name="pattern">Names datasets by numbers.</param>
    /// <param name="axis">Axis of the pattern.</param>
    /// <param name="odd">Makes the exception for numbers with a gap.</param>
    /// <returns>Length of the axis, at least 1.</returns>
    internal static long Along(Hdf5File file, DatasetPattern pattern, char axis, Func<string, SrBatchException> odd)
    {
        var (group, before, behind, digits) = pattern.SplitAtNumber(axis);
        var numbers = new HashSet<long>();
        foreach (var name in LinkNames.In(file, group))
        {
            if (name.Length > before.Length + behind.Length
                && name.StartsWith(before, StringComparison.Ordinal)
                && name.EndsWith(behind, StringComparison.Ordinal)
                && TryParse(name.AsSpan(before.Length..^behind.Length), out var number)
                && name == NameOf(number))
            {
                numbers.Add(number);
            }
        }
        for (var n = 0L; n < numbers.Count; n++)
        {
            if (!numbers.Contains(n))
            {
                throw odd($"'{group}{NameOf(n)}' is missing, but '{group}{NameOf(numbers.Max())}' is there");
            }
        }
        return numbers.Count switch
        {
            0 => throw new SrBatchException(ExitCode.ImagesFailed,
                $"{file.Path}: there is no '{group}{NameOf(0)}', the first that '{pattern}' names. "
                + "'srbatch inspect' shows what the file holds."),
            var count => count,
        };

        static bool TryParse(ReadOnlySpan<char> digits, out long number) =>
            long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);

        string NameOf(long number)
        {
            var format = "D" + Math.Max(1, digits).ToString(CultureInfo.InvariantCulture);
            return before + number.ToString(format, CultureInfo.InvariantCulture) + behind;
        }
    }
}
