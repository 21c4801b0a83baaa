using SrBatch.Core.Manifests;

namespace SrBatch.Tests.Core.Manifests;

public class SplitSharesTests
{
    [Theory]
    [InlineData("80/10/10", 80, 10, 10)]
    [InlineData("1/0/0", 1, 0, 0)]
    [InlineData("0.5/0.25/.25", 0.5, 0.25, 0.25)]
    public void TryParse_Shares_AreTaken(string text, double train, double validation, double test)
    {
        Assert.True(SplitShares.TryParse(text, out SplitShares shares));
        Assert.Equal(new SplitShares(train, validation, test), shares);
    }

    [Theory]
    [InlineData("")]
    [InlineData("80/20")]
    [InlineData("80/10/5/5")]
    [InlineData("80/-10/30")]
    [InlineData("0/0/0")]
    [InlineData("NaN/1/1")]
    [InlineData("80%/10%/10%")]
    [InlineData("1,5/1/1")]
    public void TryParse_OtherTexts_AreRefused(string text) => Assert.False(SplitShares.TryParse(text, out _));

    [Fact]
    public void Assign_ForAllSmallShares_FollowsThem()
    {
        const int most = 6;
        for (int train = 0; train <= most; train++)
        {
            for (int validation = 0; validation <= most; validation++)
            {
                for (int test = train + validation == 0 ? 1 : 0; test <= most; test++)
                {
                    for (int count = 0; count <= 13; count++)
                    {
                        IReadOnlyDictionary<string, Split> splits = new SplitShares(train, validation, test).Assign(Ids(count));
                        Assert.Equal(count, splits.Count);
                        foreach (
                            (Split split, int share) in new[] { (Split.Train, train), (Split.Validation, validation), (Split.Test, test) })
                        {
                            int images = splits.Values.Count(found => found == split);
                            string where = $"{train}/{validation}/{test} of {count}: {images} {split}";
                            Assert.True(share > 0 || images == 0, where);
                            Assert.True(share == 0 || count < 3 || images >= 1, where);
                            // Each of the others is rounded by up to a half, or raised to one image.
                            Assert.True(Math.Abs(images - ((double)count * share / (train + validation + test))) <= 2, where);
                        }
                    }
                }
            }
        }
    }

    [Fact]
    public void Assign_SameIdsInAnyOrder_GivesTheSameSplits()
    {
        var shares = new SplitShares(80, 10, 10);
        string[] ids = Ids(50);
        Assert.Equal(shares.Assign(ids).OrderBy(pair => pair.Key), shares.Assign([.. ids.Reverse()]).OrderBy(pair => pair.Key));
        Assert.Equal(
            [40, 5, 5],
            shares.Assign(ids).Values.GroupBy(split => split).OrderBy(group => group.Key).Select(group => group.Count()));
    }

    private static string[] Ids(int count) => [.. Enumerable.Range(0, count).Select(i => $"fov-{i:000}")];
}
