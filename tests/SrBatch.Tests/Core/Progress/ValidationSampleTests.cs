using SrBatch.Core.Progress;

namespace SrBatch.Tests.Core.Progress;

public class ValidationSampleTests
{
    [Fact]
    public void Of_OutputInOtherUnits_IsShownWithTheTargetsContrast_AndTheInputLikewise()
    {
        // target = 10 output - 5; black and white are the target's extremes; an input pixel is 2 x 2 target pixels.
        float[] target = [0, 0, 0, 0, 100, 100, 60, float.NaN], output = [.. target.Select(value => (value + 5) / 10)], input = [0.5f, 20];
        ValidationSample sample = ValidationSample.Of("a", input, output, target, width: 4, scale: 2, percentileLow: 0, percentileHigh: 100);
        Assert.Equal((12, 2, "a"), (sample.Panels.Width, sample.Panels.Height, sample.Name));
        Assert.Equal(
            [
                0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 255, 255, 255, 255, 153, 0, 255, 255, 153, 0,
            ],
            sample.Panels.Pixels);
    }

    [Fact]
    public void Of_NothingFinite_IsBlack()
    {
        ValidationSample sample = ValidationSample.Of("a", [1], [1], [float.NaN], width: 1, scale: 1, percentileLow: 0.1, percentileHigh: 99.9);
        Assert.Equal(0, sample.Panels.Pixels[2]);
    }

    [Fact]
    public void Stack_DifferentSizes_LieUnderEachOther()
    {
        GrayImage stack = GrayImage.Stack([new(1, 1, [7]), new(2, 2, [1, 2, 3, 4])]);
        Assert.Equal((2, 3), (stack.Width, stack.Height));
        Assert.Equal([7, 0, 1, 2, 3, 4], stack.Pixels);
    }
}
