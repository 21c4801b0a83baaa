using SrBatch.Core.Progress;

namespace SrBatch.Tests.Core.Progress;

public class ValidationSampleTests
{
    private static readonly float[] Target = [0, 0, 0, 100, 80, 80, 100, 40];
    private static readonly byte[] TargetGrays = [0, 0, 0, 255, 204, 204, 255, 102];

    /// <summary>2 x 2 target pixels an input pixel, whose means are 40 and 60; the input is a tenth of that and 0.5.</summary>
    [Fact]
    public void Of_InputInOtherUnits_ThatAndTheOutputAreShownByItsLineToTheTarget()
    {
        float[] output = [.. Target.Select(value => (value / 10) + 0.5f)];
        output[7] = float.NaN;
        ValidationSample sample = ValidationSample.Of("a", new SamplePart([4.5f, 6.5f], output, Target, Width: 4, Scale: 2), percentileLow: 0, percentileHigh: 100);
        Assert.Equal((12, 2, "a"), (sample.Panels.Width, sample.Panels.Height, sample.Name));
        Assert.Equal(
            [102, 102, 153, 153, .. TargetGrays[..4], .. TargetGrays[..4], 102, 102, 153, 153, .. TargetGrays[4..7], 0, .. TargetGrays[4..]],
            sample.Panels.Pixels);
    }

    [Fact]
    public void Of_InputThatFallsWithTheTarget_IsShownWithItsOwnContrast()
    {
        ValidationSample sample = ValidationSample.Of(
            "a", new SamplePart([6, 4], [4, 5, 6, 7, 4, 4, 4, 4], Target, Width: 4, Scale: 2), percentileLow: 0, percentileHigh: 100);
        Assert.Equal([255, 255, 0, 0, 0, 128, 255, 255, .. TargetGrays[..4]], sample.Panels.Pixels[..12]);
    }

    [Fact]
    public void Of_NothingFinite_IsBlack()
    {
        ValidationSample sample = ValidationSample.Of(
            "a", new SamplePart([1], [1], [float.NaN], Width: 1, Scale: 1), percentileLow: 0.1, percentileHigh: 99.9);
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
