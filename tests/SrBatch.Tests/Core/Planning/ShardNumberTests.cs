using SrBatch.Core.Planning;

namespace SrBatch.Tests.Core.Planning;

public class ShardNumberTests
{
    [Fact]
    public void TryParse_ForAllSmallNumbers_TakesThoseBelowTheCount()
    {
        for (int index = -2; index < 6; index++)
        {
            for (int count = -2; count < 6; count++)
            {
                bool valid = ShardNumber.TryParse($"{index}/{count}", out ShardNumber shard);
                Assert.Equal(index >= 0 && index < count, valid);
                Assert.Equal(valid ? new ShardNumber(index, count) : default, shard);
                Assert.True(!valid || shard.ToString() == $"{index}/{count}");
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("1")]
    [InlineData("1/")]
    [InlineData("/4")]
    [InlineData("1/4/8")]
    [InlineData("a/b")]
    [InlineData("1.0/4")]
    [InlineData("0x1/4")]
    [InlineData("1/99999999999")]
    public void TryParse_OtherTexts_AreRefused(string text) => Assert.False(ShardNumber.TryParse(text, out _));
}
