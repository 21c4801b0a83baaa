using SrBatch.Core.Progress;

namespace SrBatch.Tests.Core.Progress;

public class StageTotalsTests
{
    private const string Json =
        """{"reading_seconds":1.5,"network_seconds":2,"writing_seconds":3,"scoring_seconds":4,"waited_for_reading_seconds":5,"waited_for_writing_seconds":6,"waited_for_end_seconds":7,"computed_pixels":8,"kept_pixels":9}""";

    private static readonly StageTotals Some = new(1.5, 2, 3, 4, 5, 6, 7, 8, 9);

    [Fact]
    public void ToJson_HasTheKeysOfTheDocs_AndIsReadBack()
    {
        Assert.Equal(Json, Some.ToJson());
        Assert.Equal(Some, StageTotals.FromJson(Json));
    }

    [Fact]
    public void FromJson_UnknownAndMissingKeys_ArePassedOver() =>
        Assert.Equal(StageTotals.None with { NetworkSeconds = 2 }, StageTotals.FromJson("""{"network_seconds":2,"dreaming_seconds":3}"""));

    [Theory]
    [InlineData("")]
    [InlineData("seconds")]
    [InlineData("null")]
    [InlineData("""{"network_seconds":"long"}""")]
    public void FromJson_NoSuchJson_IsNull(string json) => Assert.Null(StageTotals.FromJson(json));

    [Fact]
    public void Plus_AddsEach() => Assert.Equal(new StageTotals(3, 4, 6, 8, 10, 12, 14, 16, 18), Some.Plus(Some));

    [Fact]
    public void Rounded_IsToTheMillisecond() => Assert.Equal(new StageTotals(0.123, 1, 0, 0, 0, 0, 0.001, 1, 2), new StageTotals(0.12349, 0.9999, 0.0004, 0, 0, 0, 0.0012, 1, 2).Rounded());
}
