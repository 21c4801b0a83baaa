using SrBatch.Torch.Filters;

namespace SrBatch.Tests.Torch.Filters;

public class MirrorTests
{
    [Fact]
    public void Symmetric_RepeatsTheEndPixel() =>
        Assert.Equal("ba abcd dcba abcd", Letters(Mirror.Symmetric));

    [Fact]
    public void Reflected_DoesNotRepeatTheEndPixel() =>
        Assert.Equal("cb abcd cbab cdcb", Letters(Mirror.Reflected));

    [Fact]
    public void BothWays_OfShortAxes_StayWithin()
    {
        for (int length = 1; length < 5; length++)
        {
            for (int index = -20; index <= 20; index++)
            {
                Assert.InRange(Mirror.Symmetric(index, length), 0, length - 1);
                Assert.InRange(Mirror.Reflected(index, length), 0, length - 1);
            }
        }
    }

    /// <summary>The letters of an axis "abcd" from index -2 to 11, with a space at each multiple of four.</summary>
    private static string Letters(Func<int, int, int> mirror) => string.Concat(
        Enumerable.Range(-2, 14).Select(index => (index % 4 == 0 ? " " : "") + "abcd"[mirror(index, 4)]));
}
