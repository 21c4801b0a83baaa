using SrBatch.Pipelines.Host;

namespace SrBatch.Tests.Pipelines.Host;

public class ManifestWordsTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("1536", 1536L)]
    [InlineData("3k", 3L << 10)]
    [InlineData("512M", 512L << 20)]
    [InlineData("4G", 4L << 30)]
    [InlineData("4g", 4L << 30)]
    [InlineData("2T", 2L << 40)]
    [InlineData("8388607T", 8388607L << 40)] // the largest that a long holds
    public void Bytes_NumberAndUnit_IsThatMany(string text, long expected) => Assert.Equal(expected, ManifestWords.Bytes(text));

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("1.5G")]
    [InlineData("-1G")]
    [InlineData("+1G")]
    [InlineData(" 1G")]
    [InlineData("1 G")]
    [InlineData("1GB")]
    [InlineData("1P")]
    [InlineData("99999999999")]
    [InlineData("8388608T")] // one more than a long holds
    [InlineData("16777217T")] // one T, were the upper bits lost
    public void Bytes_AnythingElse_IsNull(string text) => Assert.Null(ManifestWords.Bytes(text));
}
