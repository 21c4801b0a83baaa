namespace SrBatch.Tests.Storage.BioImageIo;

/// <summary>Descriptions that are wrong or not supported, and the messages for them.</summary>
public class UnsupportedDescriptionTests
{
    private const string Choose = "Choose another model.";
    private const string Fix = "Download the package again, or ask the model's authors to fix it.";
    private const string Shape04 = "    min: [1, 1, 64, 64]\n    step: [0, 0, 16, 16]";
    private const string Output04 = "    offset: [0.0, 0.0, 0.0, 0.0]\n    reference_tensor: input\n    scale: [1.0, 1.0, 1.0, 1.0]";
    private const string OutputX = "size: {tensor_id: raw, axis_id: x}, scale: 0.5, halo: 24";

    [Theory]
    [InlineData("type: model", "type: dataset", "type is 'dataset'; expected model. Give the package of a model.")]
    [InlineData(
        "format_version: 0.4.10",
        "format_version: 0.3.6",
        "format_version is '0.3.6'; srbatch reads 0.4 and 0.5. Download the model again from bioimage.io, or convert it with "
            + "bioimageio.spec.")]
    [InlineData(
        "format_version: 0.4.10",
        "format_version: 0.4.10\nrun_mode: {name: deepimagej}",
        "run_mode is 'deepimagej': the model needs a special way of running, which the description does not define. " + Choose)]
    [InlineData("name: Actin denoiser\n", "", "name is missing; expected a text. " + Fix)]
    [InlineData(
        "- axes: bcyx\n  data_range: [-.inf, .inf]\n  data_type: float32\n  name: input",
        "- {}\n- axes: bcyx\n  name: input",
        "inputs are 2; srbatch runs models with one input and one output. " + Choose)]
    [InlineData(
        "  shape:\n" + Shape04,
        "  shape: [1, 1, 64]",
        "inputs[0].shape is [1, 1, 64]; expected a number for each of the axes 'bcyx'. " + Fix)]
    [InlineData(
        "min: [1, 1, 64, 64]",
        "min: [1, 3, 64, 64]",
        "inputs[0].shape.min[1] has 3 channels; srbatch runs models with one channel. " + Choose)]
    [InlineData(
        "min: [1, 1, 64, 64]",
        "min: [1, 1, 0, 64]",
        "inputs[0].shape.min[2] is '0'; expected a whole number from 1 to 65536. " + Fix)]
    [InlineData(
        "step: [0, 0, 16, 16]",
        "step: [0, 0, 16, 0]",
        "inputs[0].shape.min[3] and the one of y: one is fixed and the other is not; srbatch runs models that fix both or neither. "
            + Choose)]
    [InlineData(
        "reference_tensor: input",
        "reference_tensor: other",
        "outputs[0].shape.reference_tensor is 'other'; srbatch runs models whose output refers to 'input'. " + Choose)]
    [InlineData(
        "scale: [1.0, 1.0, 1.0, 1.0]",
        "scale: [1.0, 3, 1.0, 1.0]",
        "outputs[0].shape.scale[1] has 3 channels; srbatch runs models with one channel. " + Choose)]
    [InlineData(
        "scale: [1.0, 1.0, 1.0, 1.0]",
        "scale: [1.0, 1, 0.5, 0.5]",
        "outputs[0].shape.scale[2] gives 0.5 output pixels per input pixel; expected a whole number, at least 1. " + Choose)]
    [InlineData(
        "scale: [1.0, 1.0, 1.0, 1.0]",
        "scale: [1.0, 1, 2, 4]",
        "outputs[0].shape.scale[3] scales by 2 and 4 along y and x; expected the same scale. " + Choose)]
    [InlineData(
        "offset: [0.0, 0.0, 0.0, 0.0]",
        "offset: [0.0, 0.0, -20, -20]",
        "outputs[0].shape.scale[2] makes the output 40 pixels shorter than 1 x the input; srbatch runs models whose output "
            + "covers the input. "
            + Choose)]
    [InlineData(
        "  shape:\n" + Output04,
        "  shape: [1, 1, 64, 64]",
        "outputs[0].shape[2] is 64 for every length of the input's 'y'; srbatch runs models whose output size follows the input. "
            + Choose)]
    [InlineData(
        "source: ./weights-torchscript.pt",
        "source: https://zenodo.org/record/1/files/w.pt",
        "weights.torchscript.source is on the web: 'https://zenodo.org/record/1/files/w.pt'; srbatch does not download. "
            + "Download the model's package, with the weights inside, as a zip from bioimage.io and use that.")]
    [InlineData(
        "source: ./weights-torchscript.pt",
        "source: ../weights.pt",
        "weights.torchscript.source is '../weights.pt'; expected a path within the package, with '/', relative to the folder "
            + "of the description. "
            + Fix)]
    [InlineData(
        "source: ./weights-torchscript.pt",
        "source: /etc/passwd",
        "weights.torchscript.source is '/etc/passwd'; expected a path within the package, with '/', relative to the folder of "
            + "the description. "
            + Fix)]
    [InlineData(
        "sha256: " + DescriptionText.WeightsSha256,
        "sha256: abc",
        "weights.torchscript.sha256 is 'abc'; expected 64 hexadecimal digits. " + Fix)]
    [InlineData(
        "  torchscript:",
        "  onnx:",
        "weights are onnx, pytorch_state_dict; srbatch runs only torchscript. Choose a model with TorchScript weights, or ask "
            + "the authors of this one for them.")]
    public void Read_V04_NotRun_IsRefused(string old, string now, string expected) =>
        DescriptionText.AssertRefused(expected, DescriptionText.V04.With(old, now));

    [Theory]
    [InlineData("bczyx")]
    [InlineData("bcyt")]
    [InlineData("bcy")]
    [InlineData("bcyxx")]
    public void Read_V04_OtherAxes_AreRefused(string axes) => DescriptionText.AssertRefused(
        $"inputs[0].axes are '{axes}'; srbatch runs 2-D models, with axes y, x and optionally b (batch) and c (channel). {Choose}",
        DescriptionText.V04.With("inputs:\n- axes: bcyx", $"inputs:\n- axes: {axes}"));

    [Theory]
    [InlineData(
        "inputs:\n- id: raw\n  axes:\n",
        "inputs:\n- id: raw\n  axes:\n  - {type: space, id: z, size: 16}\n",
        "inputs[0].axes[0].id is 'z'; srbatch runs 2-D models, whose space axes are y and x. " + Choose)]
    [InlineData(
        "inputs:\n- id: raw\n  axes:\n",
        "inputs:\n- id: raw\n  axes:\n  - {type: time, size: 1}\n",
        "inputs[0].axes[0].type is 'time'; srbatch runs 2-D models, which have only batch, channel and space axes. " + Choose)]
    [InlineData(
        "    channel_names: [intensity]\n  - {type: space, id: y, size: {min",
        "    channel_names: [red, green]\n  - {type: space, id: y, size: {min",
        "inputs[0].axes[1] has 2 channels; srbatch runs models with one channel. " + Choose)]
    [InlineData(
        "    channel_names: [intensity]\n  - {type: space, id: y, size: {tensor",
        "    channel_names: [mean, deviation]\n  - {type: space, id: y, size: {tensor",
        "outputs[0].axes[1] has 2 channels; srbatch runs models with one channel. " + Choose)]
    [InlineData(
        "id: x, size: {min: 32, step: 8}",
        "id: x, size: {tensor_id: raw, axis_id: y}",
        "inputs[0].axes[3].size follows axis 'y'; srbatch runs models whose input size is a number, or min and step. " + Choose)]
    [InlineData(
        "{tensor_id: raw, axis_id: x}",
        "{tensor_id: other, axis_id: x}",
        "outputs[0].axes[3].size.tensor_id is 'other'; srbatch runs models whose output refers to 'raw'. " + Choose)]
    [InlineData(
        "{tensor_id: raw, axis_id: x}",
        "{tensor_id: raw, axis_id: y}",
        "outputs[0].axes[3].size.axis_id is 'y'; srbatch runs models whose output refers to 'x'. " + Choose)]
    [InlineData(
        "{tensor_id: raw, axis_id: x}",
        "{tensor_id: raw, axis_id: x, offset: -8}",
        "outputs[0].axes[3].size makes the output 8 pixels shorter than 2 x the input; srbatch runs models whose output "
            + "covers the input. "
            + Choose)]
    [InlineData(
        OutputX,
        "size: {tensor_id: raw, axis_id: x}, scale: 0",
        "outputs[0].axes[3].scale is '0'; expected a number above 0. " + Fix)]
    [InlineData(OutputX, "size: {min: 1, max: 5}", "outputs[0].axes[3].size.tensor_id is missing; expected a text. " + Fix)]
    [InlineData(
        "outputs:\n- id: enhanced\n",
        "outputs:\n- id: more\n- id: enhanced\n",
        "outputs are 2; srbatch runs models with one input and one output. " + Choose)]
    [InlineData(
        "  torchscript: {source: weights-torchscript.pt, pytorch_version: 2.5.1}",
        "  onnx: null",
        "weights are missing; srbatch runs only torchscript. Choose a model with TorchScript weights, or ask the authors of "
            + "this one for them.")]
    public void Read_V05_NotRun_IsRefused(string old, string now, string expected) =>
        DescriptionText.AssertRefused(expected, DescriptionText.V05.With(old, now));

    [Fact]
    public void Read_NotAMap_SaysWhatIsExpected() =>
        DescriptionText.AssertRefused($"the description is [a, b]; expected keys and values. {Fix}", "[a, b]");
}
