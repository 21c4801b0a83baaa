using SrBatch.Core.Planning;

namespace SrBatch.Tests.Core.Planning;

public sealed class DatasetPatternTests
{
    [Theory]
    [InlineData("/a/{t}", "t", "/a/12", "/a/", "", "")]
    [InlineData("/a{c:000}b/{t}", "tc", "/a007b/12", "/a000b/", "", "")]
    [InlineData("x{t:00000}y/s{t}", "t", "x00012y/s12", "", "x", "y")]
    [InlineData("/p{c}q{t:0}/z", "tc", "/p7q12/z", "/", "p0q", "")]
    public void Parse_Placeholders_NameDatasetsAndWhereNumbersStand(
        string text,
        string axes,
        string dataset,
        string group,
        string before,
        string behind)
    {
        DatasetPattern pattern = DatasetPattern.Parse(text)!;
        Assert.Equal((axes, dataset, text), (pattern.Axes, pattern.At(12, 7), pattern.ToString()));
        (string, string, string, int) numbered = pattern.SplitAtNumber('t');
        Assert.Equal((group, before, behind), (numbered.Item1, numbered.Item2, numbered.Item3));
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("/a{z}")]
    [InlineData("/{t:1}")]
    [InlineData("/{T}{}{c:}")]
    public void Parse_NoPlaceholder_IsNoPattern(string text) => Assert.Null(DatasetPattern.Parse(text));

    [Fact]
    public void Paths_TimesThenChannels()
    {
        Assert.Equal(["/0-0", "/0-1", "/0-2", "/1-0", "/1-1", "/1-2"], DatasetPattern.Parse("/{t}-{c}")!.Paths([2, 3, 9, 9]));
        Assert.Equal(["/0", "/1"], DatasetPattern.Parse("/{c}")!.Paths([2, 9, 9]));
    }
}
