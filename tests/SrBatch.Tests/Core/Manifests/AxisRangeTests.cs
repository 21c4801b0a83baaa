using SrBatch.Core.Manifests;

namespace SrBatch.Tests.Core.Manifests;

public class AxisRangeTests
{
    [Fact]
    public void TryParse_ForAllSmallRanges_TakesThoseThatHoldAnElement()
    {
        for (int start = 0; start < 6; start++)
        {
            Assert.True(AxisRange.TryParse($"{start}", out AxisRange one));
            Assert.Equal(new AxisRange(start, start + 1), one);
            Assert.True(AxisRange.TryParse($"{start}:", out AxisRange open));
            Assert.Equal(new AxisRange(start, null), open);
            Assert.Equal(start > 0, AxisRange.TryParse($":{start}", out AxisRange until));
            Assert.Equal(start > 0 ? new AxisRange(null, start) : default, until);
            for (int stop = 0; stop < 6; stop++)
            {
                Assert.Equal(start < stop, AxisRange.TryParse($"{start}:{stop}", out AxisRange range));
                Assert.Equal(start < stop ? new AxisRange(start, stop) : default, range);
            }
        }
        Assert.True(AxisRange.TryParse(":", out AxisRange whole));
        Assert.Equal(new AxisRange(null, null), whole);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("-3:")]
    [InlineData("1.5")]
    [InlineData(" 1")]
    [InlineData("0:10:2")]
    [InlineData("a:b")]
    [InlineData("1e3")]
    [InlineData("99999999999999999999")]
    [InlineData("9223372036854775807")] // the element after it has no number
    public void TryParse_OtherTexts_AreRefused(string text) => Assert.False(AxisRange.TryParse(text, out _));

    [Theory]
    [InlineData("5", "5:6")]
    [InlineData("0:10", "0:10")]
    [InlineData(":10", ":10")]
    [InlineData("4:", "4:")]
    public void ToString_IsASliceAgain(string text, string expected)
    {
        Assert.True(AxisRange.TryParse(text, out AxisRange range));
        Assert.Equal(expected, range.ToString());
    }
}
