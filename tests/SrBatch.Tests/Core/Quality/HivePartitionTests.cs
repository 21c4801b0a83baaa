using System.Text.RegularExpressions;
using CsCheck;
using SrBatch.Core.Quality;

namespace SrBatch.Tests.Core.Quality;

public partial class HivePartitionTests
{
    [Theory]
    [InlineData("night", "run=night")]
    [InlineData("2026-03-01T031500", "run=2026-03-01T031500")]
    [InlineData("my run_1.5", "run=my%20run_1.5")]
    [InlineData("a=b/c%d", "run=a%3Db%2Fc%25d")]
    [InlineData("~+'\"*?[]{}#:\\", "run=%7E%2B%27%22%2A%3F%5B%5D%7B%7D%23%3A%5C")]
    [InlineData("line\nbreak\x7f", "run=line%0Abreak%7F")]
    [InlineData("Zürich 核 \U0001f52c", "run=Zürich%20核%20\U0001f52c")]
    [InlineData("Null", "run=%4Eull")]
    [InlineData("nulls", "run=nulls")]
    [InlineData("__HIVE_DEFAULT_PARTITION__", "run=%5F_HIVE_DEFAULT_PARTITION__")]
    [InlineData("", "run=")]
    public void FolderOf_AnyText_EncodesAsciiThatIsNotPlain(string value, string expected) => Assert.Equal(expected, HivePartition.FolderOf("run", value));

    /// <summary>pyarrow and DuckDB decode bytes, Spark (ExternalCatalogUtils.unescapePathName) characters: both must give the name.</summary>
    [Fact]
    public void FolderOf_AnyText_IsReadBackByBytesAndByCharacters() => Gen.Char['\0', '\ud7ff'].Array[0, 20].Select(chars => new string(chars)).Sample(value =>
    {
        string encoded = HivePartition.FolderOf("run", value)["run=".Length..];
        Assert.Equal(value, Uri.UnescapeDataString(encoded));
        Assert.Equal(value, Escape().Replace(encoded, escape => ((char)Convert.ToInt32(escape.Groups[1].Value, 16)).ToString()));
        Assert.DoesNotContain('/', encoded);
    });

    [GeneratedRegex("%([0-9A-F]{2})")]
    private static partial Regex Escape();
}
