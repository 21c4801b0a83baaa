using SrBatch.Core.Exports;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;

namespace SrBatch.Tests.Storage.BioImageIo;

public class DescriptionReaderTests
{
    private const string Choose = "Choose another model.";
    private const string Fix = "Download the package again, or ask the model's authors to fix it.";
    private const string Shape04 = "    min: [1, 1, 64, 64]\n    step: [0, 0, 16, 16]";
    private const string Output04 = "    offset: [0.0, 0.0, 0.0, 0.0]\n    reference_tensor: input\n    scale: [1.0, 1.0, 1.0, 1.0]";
    private const string InputY = "size: {min: 32, step: 8}, scale: 1.0}\n  - {type: space, id: x";
    private const string OutputX = "size: {tensor_id: raw, axis_id: x}, scale: 0.5, halo: 24";

    [Fact]
    public void Read_V04_GivesWholeModel()
    {
        ExternalModel model = DescriptionText.Read(DescriptionText.V04);
        Assert.Equal(new ExternalModel
        {
            Name = "Actin denoiser",
            Scale = 1,
            InputAxes = "bcyx",
            OutputAxes = "bcyx",
            LeastSide = 64,
            Step = 16,
            Halo = 32,
            OneAtATime = false,
            ImageType = "float32",
            Preprocessing = model.Preprocessing,
            Postprocessing = model.Postprocessing,
            WeightsPath = "weights-torchscript.pt",
            WeightsSha256 = DescriptionText.WeightsSha256,
        }, model);
        Assert.Equal([new ExternalOperation.ZeroMeanUnitVariance(1e-5, false)], model.Preprocessing);
        Assert.Empty(model.Postprocessing);
    }

    [Fact]
    public void Read_V05_GivesWholeModel_HaloInInputPixelsRoundedUp()
    {
        ExternalModel model = DescriptionText.Read(DescriptionText.V05);
        Assert.Equal(new ExternalModel
        {
            Name = "Tubulin x2",
            Scale = 2,
            InputAxes = "bcyx",
            OutputAxes = "bcyx",
            LeastSide = 32,
            Step = 8,
            Halo = 13,
            OneAtATime = false,
            ImageType = "float32",
            Preprocessing = model.Preprocessing,
            Postprocessing = model.Postprocessing,
            WeightsPath = "weights-torchscript.pt",
        }, model);
    }

    [Theory]
    [InlineData("    offset: [0, 0, 0, 0]\n    reference_tensor: input\n    scale: [1, 1, 3, 3]", 3, 11)]
    [InlineData("    offset: [0, 0.5, 0, 0]\n    reference_tensor: input\n    scale: [1, null, 4, 4]", 4, 8)]
    public void Read_V04_ScaledOutput_HasScaleAndHaloRoundedUp(string shape, int scale, int halo)
    {
        ExternalModel model = DescriptionText.Read(DescriptionText.V04.With(Output04, shape));
        Assert.Equal((scale, halo), (model.Scale, model.Halo));
    }

    [Fact]
    public void Read_V04_FixedShapes_HasFixedSizeAndScale()
    {
        ExternalModel model = DescriptionText.Read(DescriptionText.V04.With("  shape:\n" + Shape04, "  shape: [1, 1, 128, 256]").With("  shape:\n" + Output04, "  shape: [1, 1, 256, 512]"));
        Assert.Equal(((128, 256), 2, 128, 1), (model.FixedSize!.Value, model.Scale, model.LeastSide, model.Step));
    }

    [Fact]
    public void Read_V04_StepsOfZero_AreAFixedSize() =>
        Assert.Equal((64, 64), DescriptionText.Read(DescriptionText.V04.With("step: [0, 0, 16, 16]", "step: [0, 0, 0, 0]")).FixedSize);

    [Fact]
    public void Read_V04_OtherOrdersOfAxes_AreKept()
    {
        string text = DescriptionText.V04.With("- axes: bcyx\n  data_range: [-.inf, .inf]\n  data_type: float32\n  name: input", "- axes: byxc\n  data_range: [-.inf, .inf]\n  data_type: float32\n  name: input")
            .With(Shape04, "    min: [1, 4, 4, 1]\n    step: [0, 4, 4, 0]").With("- axes: bcyx", "- axes: yx").With("halo: [0, 0, 32, 32]", "halo: [1, 2]")
            .With(Output04, "    offset: [0, 0]\n    reference_tensor: input\n    scale: [1, 1]");
        ExternalModel model = DescriptionText.Read(text);
        Assert.Equal(("byxc", "yx", 2), (model.InputAxes, model.OutputAxes, model.Halo));
    }

    [Theory]
    [InlineData("  halo: [0, 0, 32, 32]\n", "", null)]
    [InlineData("[0, 0, 32, 32]", "[0, 0, 0, 0]", 0)]
    [InlineData("[0, 0, 32, 32]", "[0, 0, 7, 9]", 9)]
    public void Read_V04_Halo_IsNullOnlyWhereNothingIsSaid(string old, string now, int? halo) => Assert.Equal(halo, DescriptionText.Read(DescriptionText.V04.With(old, now)).Halo);

    [Fact]
    public void Read_V05_NoHalo_IsNull() => Assert.Null(DescriptionText.Read(DescriptionText.V05.With(", halo: 25", "").With(", halo: 24", "")).Halo);

    [Theory]
    [InlineData("[1, 1, 64, 64]", "[0, 0, 16, 24]", 64, 48)]
    [InlineData("[1, 1, 17, 9]", "[0, 0, 8, 6]", 33, 24)]
    [InlineData("[1, 1, 10, 64]", "[0, 0, 1, 16]", 64, 16)]
    public void Read_V04_DifferentSteps_HaveLeastCommonMultipleAndLeastCommonSide(string min, string step, int least, int multiple)
    {
        ExternalModel model = DescriptionText.Read(DescriptionText.V04.With(Shape04, $"    min: {min}\n    step: {step}"));
        Assert.Equal((least, multiple), (model.LeastSide, model.Step));
    }

    [Fact]
    public void Read_SidesThatSquareWindowsHave_AreFoundForAllSmallSizes()
    {
        for (int n = 0; n < 5 * 5 * 4 * 4; n++)
        {
            int y = 1 + n % 5, x = 1 + n / 5 % 5, stepY = 1 + n / 25 % 4, stepX = 1 + n / 100;
            List<int> sides = [.. Enumerable.Range(1, 60).Where(side => side >= y && side >= x && (side - y) % stepY == 0 && (side - x) % stepX == 0)];
            string text = DescriptionText.V04.With(Shape04, $"    min: [1, 1, {y}, {x}]\n    step: [0, 0, {stepY}, {stepX}]");
            if (sides.Count == 0)
            {
                DescriptionText.AssertRefused($"inputs[0].shape.min[3] and the one of y: no side up to 65536 is both {x} + n x {stepX} and {y} + n x {stepY}; srbatch runs models that accept square windows. {Choose}", text);
                continue;
            }
            ExternalModel model = DescriptionText.Read(text);
            Assert.Equal((sides[0], sides[1] - sides[0]), (model.LeastSide, model.Step));
        }
    }

    [Theory]
    [InlineData("  - type: batch\n  - type: channel\n    channel_names: [intensity]\n  - {type: space, id: y, size: {min", "  - {type: batch, size: 1}\n  - type: channel\n    channel_names: [intensity]\n  - {type: space, id: y, size: {min")]
    [InlineData("  - type: batch\n  - type: channel\n    channel_names: [intensity]\n  - {type: space, id: y, size: {min", "  - {type: space, id: y, size: {min")]
    public void Read_V05_BatchOfOneOrNone_IsOneAtATime(string old, string now) => Assert.True(DescriptionText.Read(DescriptionText.V05.With(old, now)).OneAtATime);

    [Fact]
    public void Read_V05_FixedSizes_HaveFixedSizeAndScale()
    {
        string text = DescriptionText.V05.With(InputY, "size: 96}\n  - {type: space, id: x").With("id: x, size: {min: 32, step: 8}", "id: x, size: 64")
            .With("size: {tensor_id: raw, axis_id: y, offset: 0}, scale: 0.5, halo: 25", "size: 192, halo: 25").With(OutputX, "size: 128");
        ExternalModel model = DescriptionText.Read(text);
        Assert.Equal(((96, 64), 2, 13), (model.FixedSize!.Value, model.Scale, model.Halo));
    }

    [Fact]
    public void Read_V05_ScaleOfAThirdInFewDigits_IsThree() =>
        Assert.Equal(3, DescriptionText.Read(DescriptionText.V05.With("offset: 0}, scale: 0.5", "offset: 0}, scale: 0.333").With(OutputX, "size: {tensor_id: raw, axis_id: x}, scale: 0.333")).Scale);

    [Fact]
    public void Read_V05_PixelsInMicrometres_GiveTheRatio() => Assert.Equal(2, DescriptionText.Read(DescriptionText.V05
        .With(InputY, "size: {min: 32, step: 8}, unit: micrometer, scale: 0.11}\n  - {type: space, id: x").With("id: x, size: {min: 32, step: 8}, scale: 1.0", "id: x, size: {min: 32, step: 8}, scale: 0.11")
        .With("offset: 0}, scale: 0.5", "offset: 0}, scale: 0.055").With(OutputX, "size: {tensor_id: raw, axis_id: x}, scale: 0.055")).Scale);

    [Fact]
    public void Read_OurOwnExport_WithTorchScript_GivesItsTiling()
    {
        var card = new ModelCard
        {
            Name = "own",
            Model = new ModelOptions { Network = "unet", Scale = 4, Features = 8 },
            Training = new TrainingOptions { PercentileLow = 0.1, PercentileHigh = 99.9 },
            Stride = 16,
            TrainingPlanes = 1,
            TrainingPixels = 1,
            ReceptiveField = 137,
            TrainingImages = [],
            PlanSha256 = "",
            Version = "",
            Step = 1,
        };
        var hashes = new[] { BioImageIoDescription.Card, BioImageIoDescription.Weights, BioImageIoDescription.TestInput, BioImageIoDescription.TestOutput, "unet.py" }
            .ToDictionary(name => name, _ => DescriptionText.WeightsSha256);
        string text = new BioImageIoDescription(new ExportedNetwork(card, "UNet", []), 144, 16, hashes).ToYaml();
        ExternalModel model = DescriptionText.Read(text.With("  pytorch_state_dict:", "  torchscript:"));
        Assert.Equal((4, 304, 16, 144), (model.Scale, model.LeastSide, model.Step, model.Halo));
        Assert.Equal([new ExternalOperation.ScaleRange(0.1, 99.9, 1e-10, false)], model.Preprocessing);
        DescriptionText.AssertRefused("weights are pytorch_state_dict; srbatch runs only torchscript. Choose a model with TorchScript weights, or ask the authors of this one for them.", text);
    }

    [Theory]
    [InlineData("type: model", "type: dataset", "type is 'dataset'; expected model. Give the package of a model.")]
    [InlineData("format_version: 0.4.10", "format_version: 0.3.6", "format_version is '0.3.6'; srbatch reads 0.4 and 0.5. Download the model again from bioimage.io, or convert it with bioimageio.spec.")]
    [InlineData("format_version: 0.4.10", "format_version: 0.4.10\nrun_mode: {name: deepimagej}", "run_mode is 'deepimagej': the model needs a special way of running, which the description does not define. " + Choose)]
    [InlineData("name: Actin denoiser\n", "", "name is missing; expected a text. " + Fix)]
    [InlineData("- axes: bcyx\n  data_range: [-.inf, .inf]\n  data_type: float32\n  name: input", "- {}\n- axes: bcyx\n  name: input", "inputs are 2; srbatch runs models with one input and one output. " + Choose)]
    [InlineData("  shape:\n" + Shape04, "  shape: [1, 1, 64]", "inputs[0].shape is [1, 1, 64]; expected a number for each of the axes 'bcyx'. " + Fix)]
    [InlineData("min: [1, 1, 64, 64]", "min: [1, 3, 64, 64]", "inputs[0].shape.min[1] has 3 channels; srbatch runs models with one channel. " + Choose)]
    [InlineData("min: [1, 1, 64, 64]", "min: [1, 1, 0, 64]", "inputs[0].shape.min[2] is '0'; expected a whole number from 1 to 65536. " + Fix)]
    [InlineData("step: [0, 0, 16, 16]", "step: [0, 0, 16, 0]", "inputs[0].shape.min[3] and the one of y: one is fixed and the other is not; srbatch runs models that fix both or neither. " + Choose)]
    [InlineData("reference_tensor: input", "reference_tensor: other", "outputs[0].shape.reference_tensor is 'other'; srbatch runs models whose output refers to 'input'. " + Choose)]
    [InlineData("scale: [1.0, 1.0, 1.0, 1.0]", "scale: [1.0, 3, 1.0, 1.0]", "outputs[0].shape.scale[1] has 3 channels; srbatch runs models with one channel. " + Choose)]
    [InlineData("scale: [1.0, 1.0, 1.0, 1.0]", "scale: [1.0, 1, 0.5, 0.5]", "outputs[0].shape.scale[2] gives 0.5 output pixels per input pixel; expected a whole number, at least 1. " + Choose)]
    [InlineData("scale: [1.0, 1.0, 1.0, 1.0]", "scale: [1.0, 1, 2, 4]", "outputs[0].shape.scale[3] scales by 2 and 4 along y and x; expected the same scale. " + Choose)]
    [InlineData("offset: [0.0, 0.0, 0.0, 0.0]", "offset: [0.0, 0.0, -20, -20]", "outputs[0].shape.scale[2] makes the output 40 pixels shorter than 1 x the input; srbatch runs models whose output covers the input. " + Choose)]
    [InlineData("  shape:\n" + Output04, "  shape: [1, 1, 64, 64]", "outputs[0].shape[2] is 64 for every length of the input's 'y'; srbatch runs models whose output size follows the input. " + Choose)]
    [InlineData("source: ./weights-torchscript.pt", "source: https://zenodo.org/record/1/files/w.pt", "weights.torchscript.source is on the web: 'https://zenodo.org/record/1/files/w.pt'; srbatch does not download. Download the model's package, with the weights inside, as a zip from bioimage.io and use that.")]
    [InlineData("source: ./weights-torchscript.pt", "source: ../weights.pt", "weights.torchscript.source is '../weights.pt'; expected a path within the package, with '/', relative to the folder of the description. " + Fix)]
    [InlineData("source: ./weights-torchscript.pt", "source: /etc/passwd", "weights.torchscript.source is '/etc/passwd'; expected a path within the package, with '/', relative to the folder of the description. " + Fix)]
    [InlineData("sha256: " + DescriptionText.WeightsSha256, "sha256: abc", "weights.torchscript.sha256 is 'abc'; expected 64 hexadecimal digits. " + Fix)]
    [InlineData("  torchscript:", "  onnx:", "weights are onnx, pytorch_state_dict; srbatch runs only torchscript. Choose a model with TorchScript weights, or ask the authors of this one for them.")]
    public void Read_V04_NotRun_IsRefused(string old, string now, string expected) => DescriptionText.AssertRefused(expected, DescriptionText.V04.With(old, now));

    [Theory]
    [InlineData("bczyx")]
    [InlineData("bcyt")]
    [InlineData("bcy")]
    [InlineData("bcyxx")]
    public void Read_V04_OtherAxes_AreRefused(string axes) => DescriptionText.AssertRefused(
        $"inputs[0].axes are '{axes}'; srbatch runs 2-D models, with axes y, x and optionally b (batch) and c (channel). {Choose}",
        DescriptionText.V04.With("inputs:\n- axes: bcyx", $"inputs:\n- axes: {axes}"));

    [Theory]
    [InlineData("inputs:\n- id: raw\n  axes:\n", "inputs:\n- id: raw\n  axes:\n  - {type: space, id: z, size: 16}\n", "inputs[0].axes[0].id is 'z'; srbatch runs 2-D models, whose space axes are y and x. " + Choose)]
    [InlineData("inputs:\n- id: raw\n  axes:\n", "inputs:\n- id: raw\n  axes:\n  - {type: time, size: 1}\n", "inputs[0].axes[0].type is 'time'; srbatch runs 2-D models, which have only batch, channel and space axes. " + Choose)]
    [InlineData("    channel_names: [intensity]\n  - {type: space, id: y, size: {min", "    channel_names: [red, green]\n  - {type: space, id: y, size: {min", "inputs[0].axes[1] has 2 channels; srbatch runs models with one channel. " + Choose)]
    [InlineData("    channel_names: [intensity]\n  - {type: space, id: y, size: {tensor", "    channel_names: [mean, deviation]\n  - {type: space, id: y, size: {tensor", "outputs[0].axes[1] has 2 channels; srbatch runs models with one channel. " + Choose)]
    [InlineData("id: x, size: {min: 32, step: 8}", "id: x, size: {tensor_id: raw, axis_id: y}", "inputs[0].axes[3].size follows axis 'y'; srbatch runs models whose input size is a number, or min and step. " + Choose)]
    [InlineData("{tensor_id: raw, axis_id: x}", "{tensor_id: other, axis_id: x}", "outputs[0].axes[3].size.tensor_id is 'other'; srbatch runs models whose output refers to 'raw'. " + Choose)]
    [InlineData("{tensor_id: raw, axis_id: x}", "{tensor_id: raw, axis_id: y}", "outputs[0].axes[3].size.axis_id is 'y'; srbatch runs models whose output refers to 'x'. " + Choose)]
    [InlineData("{tensor_id: raw, axis_id: x}", "{tensor_id: raw, axis_id: x, offset: -8}", "outputs[0].axes[3].size makes the output 8 pixels shorter than 2 x the input; srbatch runs models whose output covers the input. " + Choose)]
    [InlineData(OutputX, "size: {tensor_id: raw, axis_id: x}, scale: 0", "outputs[0].axes[3].scale is '0'; expected a number above 0. " + Fix)]
    [InlineData(OutputX, "size: {min: 1, max: 5}", "outputs[0].axes[3].size.tensor_id is missing; expected a text. " + Fix)]
    [InlineData("outputs:\n- id: enhanced\n", "outputs:\n- id: more\n- id: enhanced\n", "outputs are 2; srbatch runs models with one input and one output. " + Choose)]
    [InlineData("  torchscript: {source: weights-torchscript.pt, pytorch_version: 2.5.1}", "  onnx: null", "weights are missing; srbatch runs only torchscript. Choose a model with TorchScript weights, or ask the authors of this one for them.")]
    public void Read_V05_NotRun_IsRefused(string old, string now, string expected) => DescriptionText.AssertRefused(expected, DescriptionText.V05.With(old, now));

    [Fact]
    public void Read_NotAMap_SaysWhatIsExpected() => DescriptionText.AssertRefused($"the description is [a, b]; expected keys and values. {Fix}", "[a, b]");
}
