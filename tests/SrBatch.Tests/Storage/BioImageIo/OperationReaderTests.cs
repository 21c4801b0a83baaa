using SrBatch.Core.Models;

namespace SrBatch.Tests.Storage.BioImageIo;

public class OperationReaderTests
{
    private const string Before04 = "  - name: zero_mean_unit_variance\n    kwargs: {axes: cyx, mode: per_sample, eps: 1.0e-05}";
    private const string Before05 = "  - id: fixed_zero_mean_unit_variance\n    kwargs: {axis: channel, mean: [103.5], std: [13.7]}";
    private const string Choose = "Choose another model.";

    public static TheoryData<string, ExternalOperation> Steps04 => new()
    {
        { "zero_mean_unit_variance\n    kwargs: {axes: xy, mode: per_sample}", new ExternalOperation.ZeroMeanUnitVariance(1e-6, false) },
        {
            "zero_mean_unit_variance\n    kwargs: {axes: cyx, mode: per_dataset, eps: 1e-5}",
            new ExternalOperation.ZeroMeanUnitVariance(1e-5, true)
        },
        {
            "zero_mean_unit_variance\n    kwargs: {axes: ycx, mode: fixed, mean: 41498.87, std: 15007.021}",
            new ExternalOperation.FixedZeroMeanUnitVariance(41498.87, 15007.021, 1e-6)
        },
        {
            "zero_mean_unit_variance\n    kwargs: {axes: xy, mean: [2], std: [3], eps: 0.01}",
            new ExternalOperation.FixedZeroMeanUnitVariance(2, 3, 0.01)
        },
        {
            "scale_range\n    kwargs: {axes: xy, mode: per_sample, min_percentile: 1, max_percentile: 99.8}",
            new ExternalOperation.ScaleRange(1, 99.8, 1e-6, false)
        },
        {
            "scale_range\n    kwargs: {axes: cyx, mode: per_dataset, eps: 1.0e-10, reference_tensor: null}",
            new ExternalOperation.ScaleRange(0, 100, 1e-10, true)
        },
        {
            "scale_linear\n    kwargs: {axes: xy, gain: 0.00392156862745098, offset: 0.0}",
            new ExternalOperation.ScaleLinear(0.00392156862745098, 0)
        },
        { "scale_linear\n    kwargs: {gain: [2], offset: [-1.5]}", new ExternalOperation.ScaleLinear(2, -1.5) },
        { "clip\n    kwargs: {min: 0.0, max: 1.0}", new ExternalOperation.Clip(0, 1) },
        { "clip\n    kwargs: {min: -.inf, max: 1.0}", new ExternalOperation.Clip(double.NegativeInfinity, 1) },
        { "sigmoid", new ExternalOperation.Sigmoid() },
    };

    public static TheoryData<string, ExternalOperation> Steps05 => new()
    {
        { "zero_mean_unit_variance", new ExternalOperation.ZeroMeanUnitVariance(1e-6, true) },
        {
            "zero_mean_unit_variance\n    kwargs: {axes: [channel, y, x], eps: 1e-5}",
            new ExternalOperation.ZeroMeanUnitVariance(1e-5, false)
        },
        {
            "fixed_zero_mean_unit_variance\n    kwargs: {mean: 103.5, std: 13.7}",
            new ExternalOperation.FixedZeroMeanUnitVariance(103.5, 13.7, 0)
        },
        {
            "fixed_zero_mean_unit_variance\n    kwargs: {axis: channel, mean: [1], std: [2]}",
            new ExternalOperation.FixedZeroMeanUnitVariance(1, 2, 0)
        },
        {
            "scale_range\n    kwargs: {axes: ['y', 'x'], min_percentile: 5.0, max_percentile: 99.8}",
            new ExternalOperation.ScaleRange(5, 99.8, 1e-6, false)
        },
        { "scale_range\n    kwargs: {axes: [batch, channel, y, x]}", new ExternalOperation.ScaleRange(0, 100, 1e-6, true) },
        { "scale_range", new ExternalOperation.ScaleRange(0, 100, 1e-6, true) },
        { "scale_linear\n    kwargs: {gain: 2.0, offset: 3.0}", new ExternalOperation.ScaleLinear(2, 3) },
        { "scale_linear\n    kwargs: {axis: channel, offset: [3.0]}", new ExternalOperation.ScaleLinear(1, 3) },
        { "clip\n    kwargs: {min: 0.0}", new ExternalOperation.Clip(0, double.PositiveInfinity) },
        { "clip\n    kwargs: {max: 1, min: null}", new ExternalOperation.Clip(double.NegativeInfinity, 1) },
        { "sigmoid", new ExternalOperation.Sigmoid() },
    };

    [Theory]
    [MemberData(nameof(Steps04))]
    public void Step_V04_BeforeAndAfter_IsRead(string step, ExternalOperation expected)
    {
        Assert.Equal([expected], DescriptionText.Read(DescriptionText.V04.With(Before04, $"  - name: {step}")).Preprocessing);
        Assert.Equal(
            [expected],
            DescriptionText.Read(
                DescriptionText.V04.With("  name: output\n", $"  name: output\n  postprocessing:\n  - name: {step}\n")).Postprocessing);
    }

    [Theory]
    [MemberData(nameof(Steps05))]
    public void Step_V05_BeforeAndAfter_IsRead(string step, ExternalOperation expected)
    {
        Assert.Equal([expected], DescriptionText.Read(DescriptionText.V05.With(Before05, $"  - id: {step}")).Preprocessing);
        ExternalOperation first = new ExternalOperation.ScaleLinear(13.7, 103.5);
        Assert.Equal(
            [first, expected],
            DescriptionText.Read(DescriptionText.V05.With("weights:\n", $"  - id: {step}\nweights:\n")).Postprocessing);
    }

    [Fact]
    public void Steps_InOrder_EachIsRead() => Assert.Equal(
        [new ExternalOperation.ScaleRange(5, 99.8, 1e-6, false), new ExternalOperation.Clip(0, 1)],
        DescriptionText.Read(DescriptionText.V05.With(Before05,
            "  - id: scale_range\n    kwargs: {axes: [y, x], min_percentile: 5, max_percentile: 99.8}\n"
            + "  - id: clip\n    kwargs: {min: 0, max: 1}\n  - id: ensure_dtype\n    kwargs: {dtype: float32}")).Preprocessing);

    [Fact]
    public void Steps_None_AreNone() =>
        Assert.Empty(DescriptionText.Read(DescriptionText.V04.With("  preprocessing:\n" + Before04 + "\n", "")).Preprocessing);

    [Fact]
    public void ImageType_IntegersThatBecomeFloat_IsKept()
    {
        string text = DescriptionText.V05.With("data: {type: float32, range: [null, null]}", "data: {type: uint8}");
        ExternalModel model = DescriptionText.Read(
            text.With(Before05, Before05 + "\n  - id: ensure_dtype\n    kwargs: {dtype: float32}")
                .With("dtype: float32}\n  - id: fixed", "dtype: uint8}\n  - id: fixed"));
        Assert.Equal("uint8", model.ImageType);
        Assert.Equal([new ExternalOperation.FixedZeroMeanUnitVariance(103.5, 13.7, 0)], model.Preprocessing);
        Assert.Equal(
            "uint16",
            DescriptionText.Read(
                DescriptionText.V04.With("data_type: float32\n  name: input", "data_type: uint16\n  name: input")).ImageType);
    }

    [Theory]
    [InlineData(
        "binarize\n    kwargs: {threshold: 0.5}",
        "id is 'binarize', which leaves ones and zeros; srbatch runs models that give images. " + Choose)]
    [InlineData(
        "scale_mean_variance\n    kwargs: {reference_tensor: raw}",
        "id is 'scale_mean_variance', which gives the output the mean and variance of another tensor; srbatch supports no "
            + "step that combines two tensors. "
            + Choose)]
    [InlineData(
        "softmax",
        "id is 'softmax'; srbatch supports clip, ensure_dtype, fixed_zero_mean_unit_variance, scale_linear, scale_range, "
            + "sigmoid and zero_mean_unit_variance. "
            + Choose)]
    [InlineData(
        "scale_range\n    kwargs: {axes: [y, x], reference_tensor: raw}",
        "kwargs.reference_tensor is 'raw'; srbatch takes percentiles of the tensor itself. " + Choose)]
    [InlineData("scale_range\n    kwargs: {axes: [channel]}", "kwargs.axes is [channel]; srbatch takes statistics over y and x. " + Choose)]
    [InlineData(
        "scale_range\n    kwargs: {min_percentile: -1}",
        "kwargs.min_percentile is '-1'; expected a percentile from 0 to below 100. " + Fix)]
    [InlineData(
        "scale_range\n    kwargs: {min_percentile: 99, max_percentile: 98}",
        "kwargs.max_percentile is '98'; expected a percentile above min_percentile, at most 100. " + Fix)]
    [InlineData("scale_range\n    kwargs: {eps: -1}", "kwargs.eps is '-1'; expected a number that is not negative. " + Fix)]
    [InlineData(
        "scale_linear\n    kwargs: {gain: [1, 2], offset: 1}",
        "kwargs.gain is [1, 2]; srbatch runs models with one channel, which need one value. " + Choose)]
    [InlineData("scale_linear\n    kwargs: {gain: much}", "kwargs.gain is 'much'; expected a number. " + Fix)]
    [InlineData(
        "clip\n    kwargs: {min_percentile: 1}",
        "kwargs.min_percentile is '1'; srbatch clips only to values, min and max. " + Choose)]
    [InlineData("clip\n    kwargs: {}", "kwargs is an empty map; expected min, max or both. " + Fix)]
    [InlineData("clip\n    kwargs: {min: 1, max: 0}", "kwargs.max is '0'; expected a number that is not below min. " + Fix)]
    [InlineData("fixed_zero_mean_unit_variance\n    kwargs: {mean: 1}", "kwargs.std is missing; expected a number. " + Fix)]
    [InlineData("fixed_zero_mean_unit_variance\n    kwargs: {mean: 1, std: 0}", "kwargs.std is '0'; expected a number above 0. " + Fix)]
    [InlineData(
        "ensure_dtype\n    kwargs: {dtype: uint8}\n  - id: ensure_dtype\n    kwargs: {dtype: float32}",
        "kwargs.dtype is 'uint8'; expected float32 or float64: " + Floats)]
    public void Step_V05_NotRun_IsRefused(string step, string expected) =>
        DescriptionText.AssertRefused($"inputs[0].preprocessing[1].{expected}", DescriptionText.V05.With(Before05, $"  - id: {step}"));

    [Theory]
    [InlineData("scale_range\n    kwargs: {axes: xy}", "kwargs.mode is missing; expected a text. " + Fix)]
    [InlineData(
        "scale_range\n    kwargs: {axes: xy, mode: fixed}",
        "kwargs.mode is 'fixed'; expected fixed, per_sample or per_dataset. " + Fix)]
    [InlineData(
        "scale_range\n    kwargs: {axes: yc, mode: per_sample}",
        "kwargs.axes is 'yc'; srbatch takes statistics over y and x. " + Choose)]
    [InlineData(
        "zero_mean_unit_variance\n    kwargs: {axes: xy, mean: [1, 2, 3], std: [1, 2, 3]}",
        "kwargs.std is [1, 2, 3]; srbatch runs models with one channel, which need one value. " + Choose)]
    [InlineData(
        "my_own_step",
        "name is 'my_own_step'; srbatch supports clip, ensure_dtype, fixed_zero_mean_unit_variance, scale_linear, "
            + "scale_range, sigmoid and zero_mean_unit_variance. "
            + Choose)]
    public void Step_V04_NotRun_IsRefused(string step, string expected) =>
        DescriptionText.AssertRefused($"inputs[0].preprocessing[0].{expected}", DescriptionText.V04.With(Before04, $"  - name: {step}"));

    [Fact]
    public void Network_GivenIntegers_IsRefused()
    {
        DescriptionText.AssertRefused($"inputs[0].data.type is 'uint8'; expected float32: {Floats}",
            DescriptionText.V05.With("data: {type: float32, range: [null, null]}", "data: {type: uint8}"));
        DescriptionText.AssertRefused($"inputs[0].preprocessing[2].kwargs.dtype is 'uint8'; expected float32: {Floats}",
            DescriptionText.V05.With(Before05, Before05 + "\n  - id: ensure_dtype\n    kwargs: {dtype: uint8}"));
    }

    [Theory]
    [InlineData("data: {type: uint16}", "uint16")]
    [InlineData("data: {values: [0, 1]}", "uint8")]
    [InlineData("data: [{type: int32}]", "int32")]
    public void Output_V05_OfIntegers_IsRefused(string data, string type) => DescriptionText.AssertRefused(
        $"outputs[0].data{(data[6] == '[' ? "[0]" : "")}.type is '{type}'; expected float32 or float64: {Floats}",
        DescriptionText.V05.With("data: {type: float32}", data));

    [Fact]
    public void Output_RoundedToIntegers_IsRefused()
    {
        DescriptionText.AssertRefused($"outputs[0].data_type is 'uint8'; expected float32 or float64: {Floats}",
            DescriptionText.V04.With("data_type: float32\n  halo", "data_type: uint8\n  halo"));
        DescriptionText.AssertRefused($"outputs[0].postprocessing[1].kwargs.dtype is 'uint16'; expected float32 or float64: {Floats}",
            DescriptionText.V05.With("weights:\n", "  - id: ensure_dtype\n    kwargs: {dtype: uint16}\nweights:\n"));
    }

    private const string Fix = "Download the package again, or ask the model's authors to fix it.";
    private const string Floats = "srbatch runs models from images to images, in floating point. " + Choose;
}
