using SrBatch.Core.Intensities;
using SrBatch.Core.Models;
using static SrBatch.Core.Models.ExternalOperation;

namespace SrBatch.Tests.Core.Models;

public class IntensityRuleTests
{
    /// <summary>Percentile p has the value 100 + 2 p; the mean is 10 and the deviation 4.</summary>
    private static readonly IntensityStatistics Statistics = new((low, high) => (100 + (2 * low), 100 + (2 * high)), () => (10, 4));

    /// <summary>Operations, an input value, and the output value computed by hand.</summary>
    public static TheoryData<ExternalOperation[], float, float> Steps => new()
    {
        { [], 7, 7 },
        { [new ScaleRange(0, 100, 0, false)], 150, 0.25f }, // (150 - 100) / (300 - 100)
        { [new ScaleRange(10, 90, 40, false)], 170, 0.25f }, // (170 - 120) / (280 - 120 + 40)
        { [new ZeroMeanUnitVariance(1, false)], 20, 2 }, // (20 - 10) / (4 + 1)
        { [new FixedZeroMeanUnitVariance(3, 2, 0.5)], 8, 2 }, // (8 - 3) / (2 + 0.5)
        { [new ScaleLinear(0.5, 2)], 6, 5 },
        { [new Clip(-1, 1)], 6, 1 },
        { [new Clip(double.NegativeInfinity, 1)], -6, -6 },
        { [new Clip(2, double.PositiveInfinity)], -6, 2 },
        // 2 x + 10 has mean 30 and deviation 8: (50 - 30) / (8 + 2)
        { [new ScaleLinear(2, 10), new ZeroMeanUnitVariance(2, false)], 20, 2 },
        // 22.5 to 72.5: (5 - 22.5) / (50 + 10)
        { [new ZeroMeanUnitVariance(0, false), new ScaleRange(0, 100, 10, false)], 30, -0.29166667f },
        { [new ScaleRange(0, 100, 0, false), new ScaleLinear(2, -1), new Clip(-1, 1)], 250, 0.5f }, // 0.75 x 2 - 1
        { [new ScaleRange(0, 100, 0, false), new ScaleLinear(2, -1), new Clip(-1, 1)], 999, 1 },
        { [new ScaleLinear(1.0 / 255, 0), new FixedZeroMeanUnitVariance(0.5, 0.25, 0)], 255, 2 },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void Map_Steps_AreDoneInOrder(ExternalOperation[] steps, float value, float expected)
    {
        IntensityMap map = new IntensityRule { Preprocessing = steps }.Map(Statistics);
        float[] pixels = [value];
        map.Normalise(pixels);
        Assert.Equal(expected, pixels[0], 1e-5);
        // The rule does not restore units, so the output is that of the network.
        Assert.Equal(new IntensityRange(0, 1), map.Output);
    }

    [Fact]
    public void Percentiles_OfOurOwnModels_ComeBackToTheInputsUnits()
    {
        IntensityRule rule = IntensityRule.Percentiles(5, 95);
        IntensityMap map = rule.Map(Statistics);
        Assert.Equal(IntensityMap.Of(new IntensityRange(110, 290)), map);
        Assert.True(rule.IsByChannel);
        float[] pixels = [110, 290, 200];
        map.Normalise(pixels);
        Assert.Equal([0, 1, 0.5f], pixels);
        map.Output.Restore(pixels, pixels);
        Assert.Equal([110, 290, 200], pixels);
    }

    [Fact]
    public void Finish_Steps_AreDoneInOrder()
    {
        float[] values = [-1, 0, 3, 9];
        new IntensityRule
        {
            Preprocessing = [],
            Postprocessing = [new ScaleLinear(2, 1), new Clip(0, 10), new FixedZeroMeanUnitVariance(4, 1, 1)],
        }.Postprocess(values);
        Assert.Equal([-2, -1.5f, 1.5f, 3], values); // -1, 1, 7, 19; 0, 1, 7, 10; less 4, by 2
        new IntensityRule { Preprocessing = [], Postprocessing = [new Sigmoid()] }.Postprocess(values);
        Assert.Equal([0.11920292f, 0.18242552f, 0.81757448f, 0.95257413f], values.Select(value => value), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Of_Package_TakesItsSteps()
    {
        IntensityRule rule = IntensityRule.Of(Model([new ZeroMeanUnitVariance(0, false), new Clip(-3, 3)], [new Sigmoid()]));
        Assert.Equal(
            new IntensityRule { Preprocessing = [new ZeroMeanUnitVariance(0, false), new Clip(-3, 3)], Postprocessing = [new Sigmoid()] },
            rule);
        Assert.False(rule.RestoresUnits);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_StatisticsOfAllImages_AreThoseOfAChannel(bool perDataset)
    {
        Assert.Equal(perDataset, IntensityRule.Of(Model([new ScaleRange(0, 100, 0, perDataset)], [])).IsByChannel);
        Assert.Equal(perDataset, IntensityRule.Of(Model([new ZeroMeanUnitVariance(0, perDataset)], [])).IsByChannel);
    }

    [Fact]
    public void Of_WhatCannotBeDone_IsRefused()
    {
        AssertRefused(
            "preprocessing has a step after clip; srbatch supports clip only as the last step",
            Model([new Clip(0, 1), new ScaleLinear(2, 0)], []));
        AssertRefused("preprocessing has sigmoid; srbatch supports it only in postprocessing", Model([new Sigmoid()], []));
        AssertRefused(
            "preprocessing has scale_linear with a gain of 0 or less; srbatch needs a gain above 0",
            Model([new ScaleLinear(0, 1)], []));
        AssertRefused(
            "postprocessing has scale_range, which needs the whole output at once; srbatch writes the output part by part",
            Model([], [new ScaleRange(0, 100, 0, false)]));
        AssertRefused(
            "postprocessing has zero_mean_unit_variance, which needs the whole output at once; srbatch writes the output part by part",
            Model([], [new ZeroMeanUnitVariance(0, true)]));
    }

    [Fact]
    public void Equals_IsByValue()
    {
        IntensityRule rule = IntensityRule.Percentiles(1, 99);
        Assert.Equal(IntensityRule.Percentiles(1, 99), rule);
        Assert.Equal(IntensityRule.Percentiles(1, 99).GetHashCode(), rule.GetHashCode());
        Assert.Equal(IntensityRule.Percentiles(1, 99).ToString(), rule.ToString());
        foreach (IntensityRule other in (IntensityRule[])
        [
            IntensityRule.Percentiles(1, 99.5),
            rule with { RestoresUnits = false },
            rule with { IsByChannel = false },
            rule with { Postprocessing = [new Sigmoid()] },
            rule with { Preprocessing = [], Postprocessing = rule.Preprocessing },
        ])
        {
            Assert.NotEqual(other, rule);
            Assert.NotEqual(other.ToString(), rule.ToString());
        }
    }

    private static void AssertRefused(string expected, ExternalModel model) =>
        Assert.Equal(expected, Assert.Throws<NotSupportedException>(() => IntensityRule.Of(model)).Message);

    private static ExternalModel Model(ExternalOperation[] before, ExternalOperation[] after) => new()
    {
        Name = "theirs",
        Scale = 1,
        InputAxes = "bcyx",
        OutputAxes = "bcyx",
        LeastSide = 16,
        Step = 16,
        OneAtATime = false,
        ImageType = "float32",
        WeightsPath = "weights.pt",
        Preprocessing = before,
        Postprocessing = after,
    };
}
