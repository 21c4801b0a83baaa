using SrBatch.Pipelines.Host;
using SrBatch.Worker.Terminal;

namespace SrBatch.Tests.Worker.Terminal;

public class ProgressTextTests
{
    private static readonly ProgressState Training = new("train", "steps", 9000, 20000, 12.3);

    [Fact]
    public void Line_NamesWorkAmountRateAndTimeLeft() =>
        Assert.Equal("train: 9,000 of 20,000 steps (45 %), 12.3 steps/s, 0:14:54 left", ProgressText.Line(Training));

    [Theory]
    [InlineData("infer", "Mpixel", 0.26, 2.6, null, "infer: 0.3 of 2.6 Mpixel (10 %)")]
    [InlineData("infer", "Mpixel", 150.4, 1234.4, 1.234, "infer: 150 of 1,234 Mpixel (12 %), 1.23 Mpixel/s, 0:14:38 left")]
    [InlineData("report", "pictures", 16, 16, 400.0, "report: 16 of 16 pictures (100 %), 400 pictures/s, 0:00:00 left")]
    [InlineData("infer", "images", 10, 100, 0.001, "infer: 10 of 100 images (10 %), 3.60 images/h, 25:00:00 left")]
    [InlineData("infer", "Mpixel", 4.0004999999, 4.0005, null, "infer: 4.0 of 4.0 Mpixel (100 %)")]
    [InlineData("scan", "files", 0, 0, null, "scan: 0 of 0 files (100 %)")]
    [InlineData("train", "steps", 999, 1000, 1e-9, "train: 999 of 1,000 steps (99 %), 0.00 steps/h")]
    public void Line_OtherAmountsAndRates(string work, string unit, double done, double total, double? rate, string expected) =>
        Assert.Equal(expected, ProgressText.Line(new ProgressState(work, unit, done, total, rate)));

    [Theory]
    [InlineData(200, "train [##################----------------------]  45 %  9,000/20,000 steps  12.3 steps/s  0:14:54 left")]
    [InlineData(80, "train [#######----------]  45 %  9,000/20,000 steps  12.3 steps/s  0:14:54 left")]
    [InlineData(70, "train  45 %  9,000/20,000 steps  12.3 steps/s  0:14:54 left")]
    [InlineData(20, "train  45 %  9,000/")]
    [InlineData(1, "")]
    [InlineData(0, "")]
    public void Bar_FillsTheTerminal_ButForItsLastColumn(int columns, string expected)
    {
        string bar = ProgressText.Bar(Training, columns);
        Assert.Equal(expected, bar);
        Assert.True(bar.Length <= Math.Max(0, columns - 1));
    }
}
