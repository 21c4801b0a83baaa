using System.Globalization;

namespace SrBatch.Core.Quality;

/// <summary>
/// A folder of a table that is parted by a column as Hive does it: <c>run=night%201</c> has the rows whose <c>run</c> is <c>night 1</c>.
/// </summary>
public static class HivePartition
{
    /// <summary>Values that DuckDB, Hive and Spark take for null, as they stand in the folder's name.</summary>
    private static readonly string[] Nulls = ["null", "__HIVE_DEFAULT_PARTITION__"];

    /// <summary>
    /// Percent-encodes all ASCII but letters, digits, '-', '_' and '.', and leaves other characters as they are: that is what DuckDB,
    /// pyarrow and Spark all read back. Spark takes each <c>%XX</c> for a character, so the UTF-8 bytes of an accent must not be encoded; a
    /// blank, '~' or '+' may be. Of a value that they take for null the first character is encoded.
    /// </summary>
    public static string FolderOf(string column, string value) =>
        $"{column}={(Nulls.Contains(value, StringComparer.OrdinalIgnoreCase)
            ? Escape(value[0]) + value[1..]
            : string.Concat(value.Select(Encoded)))}";

    private static string Encoded(char letter) =>
        letter > '\x7f' || char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter.ToString() : Escape(letter);

    private static string Escape(char letter) => string.Create(CultureInfo.InvariantCulture, $"%{(int)letter:X2}");
}
