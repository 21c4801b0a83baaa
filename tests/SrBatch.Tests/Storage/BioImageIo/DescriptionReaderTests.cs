using SrBatch.Core.Exports;
using SrBatch.Core.Manifests;
using SrBatch.Core.Models;

namespace SrBatch.Tests.Storage.BioImageIo;

public class DescriptionReaderTests
{
    private const string Choose = "Choose another model.";
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
        ExternalModel model = DescriptionText.Read(
            DescriptionText.V04.With("  shape:\n" + Shape04, "  shape: [1, 1, 128, 256]")
                .With("  shape:\n" + Output04, "  shape: [1, 1, 256, 512]"));
        Assert.Equal(((128, 256), 2, 128, 1), (model.FixedSize!.Value, model.Scale, model.LeastSide, model.Step));
    }

    [Fact]
    public void Read_V04_StepsOfZero_AreAFixedSize() =>
        Assert.Equal((64, 64), DescriptionText.Read(DescriptionText.V04.With("step: [0, 0, 16, 16]", "step: [0, 0, 0, 0]")).FixedSize);

    [Fact]
    public void Read_V04_OtherOrdersOfAxes_AreKept()
    {
        string text = DescriptionText.V04.With(
            "- axes: bcyx\n  data_range: [-.inf, .inf]\n  data_type: float32\n  name: input",
            "- axes: byxc\n  data_range: [-.inf, .inf]\n  data_type: float32\n  name: input")
            .With(Shape04, "    min: [1, 4, 4, 1]\n    step: [0, 4, 4, 0]")
                .With("- axes: bcyx", "- axes: yx")
                .With("halo: [0, 0, 32, 32]", "halo: [1, 2]")
            .With(Output04, "    offset: [0, 0]\n    reference_tensor: input\n    scale: [1, 1]");
        ExternalModel model = DescriptionText.Read(text);
        Assert.Equal(("byxc", "yx", 2), (model.InputAxes, model.OutputAxes, model.Halo));
    }

    [Theory]
    [InlineData("  halo: [0, 0, 32, 32]\n", "", null)]
    [InlineData("[0, 0, 32, 32]", "[0, 0, 0, 0]", 0)]
    [InlineData("[0, 0, 32, 32]", "[0, 0, 7, 9]", 9)]
    public void Read_V04_Halo_IsNullOnlyWhereNothingIsSaid(string old, string now, int? halo) =>
        Assert.Equal(halo, DescriptionText.Read(DescriptionText.V04.With(old, now)).Halo);

    [Fact]
    public void Read_V05_NoHalo_IsNull() =>
        Assert.Null(DescriptionText.Read(DescriptionText.V05.With(", halo: 25", "").With(", halo: 24", "")).Halo);

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
            List<int> sides =
            [
                .. Enumerable.Range(1, 60).Where(side => side >= y && side >= x && (side - y) % stepY == 0 && (side - x) % stepX == 0),
            ];
            string text = DescriptionText.V04.With(Shape04, $"    min: [1, 1, {y}, {x}]\n    step: [0, 0, {stepY}, {stepX}]");
            if (sides.Count == 0)
            {
                DescriptionText.AssertRefused(
                    $"inputs[0].shape.min[3] and the one of y: no side up to 65536 is both {x} + n x {stepX} and {y} + n x "
                        + $"{stepY}; srbatch runs models that accept square windows. {Choose}",
                    text);
                continue;
            }
            ExternalModel model = DescriptionText.Read(text);
            Assert.Equal((sides[0], sides[1] - sides[0]), (model.LeastSide, model.Step));
        }
    }

    [Theory]
    [InlineData(
        "  - type: batch\n  - type: channel\n    channel_names: [intensity]\n  - {type: space, id: y, size: {min",
        "  - {type: batch, size: 1}\n  - type: channel\n    channel_names: [intensity]\n  - {type: space, id: y, size: {min")]
    [InlineData(
        "  - type: batch\n  - type: channel\n    channel_names: [intensity]\n  - {type: space, id: y, size: {min",
        "  - {type: space, id: y, size: {min")]
    public void Read_V05_BatchOfOneOrNone_IsOneAtATime(string old, string now) =>
        Assert.True(DescriptionText.Read(DescriptionText.V05.With(old, now)).OneAtATime);

    [Fact]
    public void Read_V05_FixedSizes_HaveFixedSizeAndScale()
    {
        string text = DescriptionText.V05.With(InputY, "size: 96}\n  - {type: space, id: x")
            .With("id: x, size: {min: 32, step: 8}", "id: x, size: 64")
            .With("size: {tensor_id: raw, axis_id: y, offset: 0}, scale: 0.5, halo: 25", "size: 192, halo: 25").With(OutputX, "size: 128");
        ExternalModel model = DescriptionText.Read(text);
        Assert.Equal(((96, 64), 2, 13), (model.FixedSize!.Value, model.Scale, model.Halo));
    }

    [Fact]
    public void Read_V05_ScaleOfAThirdInFewDigits_IsThree() =>
        Assert.Equal(
            3,
            DescriptionText.Read(
                DescriptionText.V05.With("offset: 0}, scale: 0.5", "offset: 0}, scale: 0.333")
                    .With(OutputX, "size: {tensor_id: raw, axis_id: x}, scale: 0.333")).Scale);

    [Fact]
    public void Read_V05_PixelsInMicrometres_GiveTheRatio() => Assert.Equal(2, DescriptionText.Read(DescriptionText.V05
        .With(InputY, "size: {min: 32, step: 8}, unit: micrometer, scale: 0.11}\n  - {type: space, id: x")
            .With("id: x, size: {min: 32, step: 8}, scale: 1.0", "id: x, size: {min: 32, step: 8}, scale: 0.11")
        .With("offset: 0}, scale: 0.5", "offset: 0}, scale: 0.055")
            .With(OutputX, "size: {tensor_id: raw, axis_id: x}, scale: 0.055")).Scale);

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
        var hashes = new[]
        {
            BioImageIoDescription.Card,
            BioImageIoDescription.Weights,
            BioImageIoDescription.TestInput,
            BioImageIoDescription.TestOutput,
            "unet.py",
        }
            .ToDictionary(name => name, _ => DescriptionText.WeightsSha256);
        string text = new BioImageIoDescription(new ExportedNetwork(card, "UNet", []), 144, 16, hashes).ToYaml();
        ExternalModel model = DescriptionText.Read(text.With("  pytorch_state_dict:", "  torchscript:"));
        Assert.Equal((4, 304, 16, 144), (model.Scale, model.LeastSide, model.Step, model.Halo));
        Assert.Equal([new ExternalOperation.ScaleRange(0.1, 99.9, 1e-10, false)], model.Preprocessing);
        DescriptionText.AssertRefused(
            "weights are pytorch_state_dict; srbatch runs only torchscript. Choose a model with TorchScript weights, or ask the "
                + "authors of this one for them.",
            text);
    }
}
