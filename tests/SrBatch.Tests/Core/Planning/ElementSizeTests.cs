using SrBatch.Core.Planning;

namespace SrBatch.Tests.Core.Planning;

public sealed class ElementSizeTests
{
    [Fact]
    public void Of_FewerOrMoreValues_TheLastIsX()
    {
        Assert.Equal(new ElementSize(3, 2, 1), ElementSize.Of([9, 3, 2, 1]));
        Assert.Equal(new ElementSize(null, 2, 1), ElementSize.Of([2, 1]));
        Assert.Equal(new ElementSize(null, null, 1), ElementSize.Of([0, double.NaN, 1]));
        Assert.Null(ElementSize.Of([]));
        Assert.Null(ElementSize.Of([-1, double.PositiveInfinity]));
    }

    [Fact]
    public void Enlarged_DividesRowsAndColumns_AndFillsIn()
    {
        Assert.Equal(new ElementSize(5, 1.5, 1), new ElementSize(5, 3, 2).Enlarged(2));
        Assert.Equal(new ElementSize(null, 1, 1), new ElementSize(null, null, 2).Enlarged(2));
        Assert.Equal(new ElementSize(5, null, null), new ElementSize(5, null, null).Enlarged(2));
    }
}
