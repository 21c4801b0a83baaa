using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SrBatch.Core.Manifests;

namespace SrBatch.Core.Exports;

/// <summary>
/// The <c>rdf.yaml</c> of a model in the BioImage.IO Model Zoo's format, version 0.5.5 (bioimage-io/spec-bioimage-io, model v0_5).
/// It is the first version in which licence and authors are optional.
/// </summary>
/// <param name="Network">The network that is described.</param>
/// <param name="Halo">Input pixels to read around each tile so that no seam is visible; a multiple of <paramref name="Stride"/>.</param>
/// <param name="Stride">The sides of a tile are multiples of this, input pixels.</param>
/// <param name="Sha256">Checksum of each file in the package, by file name; lower-case hex.</param>
public sealed record BioImageIoDescription(ExportedNetwork Network, int Halo, int Stride, IReadOnlyDictionary<string, string> Sha256)
{
    public const string Readme = "README.md", Card = "card.json", Weights = "weights.pt";
    public const string TestInput = "test_input.npy", TestOutput = "test_output.npy";

    /// <summary>Length of a name that the specification allows, characters.</summary>
    private const int ShortestName = 5, LongestName = 128;

    /// <summary>
    /// <c>scale_range</c> adds this to the range and requires it to be above 0. srbatch itself adds nothing, so it is as small as possible.
    /// </summary>
    private const string RangeEpsilon = "1.0e-10";

    /// <summary>Side of the smallest tile that has pixels left inside its halo, input pixels.</summary>
    public int Side => (2 * Halo) + Stride;

    public string ToYaml()
    {
        ModelOptions model = Network.Card.Model;
        var yaml = new StringBuilder();
        yaml.Append(CultureInfo.InvariantCulture, $$"""
            format_version: 0.5.5
            type: model
            name: {{Quoted(Name(Network.Card.Name))}}
            description: {{Quoted(Summary(model))}}

            """);
        if (Network.Author is { } author)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"authors:\n- name: {Quoted(author)}\n");
        }
        if (Network.Licence is { } licence)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"license: {Quoted(licence)}\n");
        }
        yaml.Append("cite:\n");
        foreach (Citation citation in Network.Citations)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"- text: {Quoted(citation.Text)}\n  doi: {citation.Doi}\n");
        }
        yaml.Append(CultureInfo.InvariantCulture, $$"""
            tags: [super-resolution, image-restoration, fluorescence-light-microscopy, 2d, pytorch, {{model.Network}}, srbatch]
            documentation: {{Readme}}
            attachments:
            - {{File(Card)}}
            inputs:
            - id: low
              description: image as recorded by the microscope
              axes:
              - type: batch
              - type: channel
                channel_names: [intensity]
              - {{InputAxis('y')}}
              - {{InputAxis('x')}}
              data: {type: float32}
              test_tensor: {{File(TestInput)}}
              preprocessing:
              - id: ensure_dtype
                kwargs: {dtype: float32}
              - id: scale_range
                kwargs: {{{ScaleRange()}}}
            outputs:
            - id: high
              description: enhanced image; 0 and 1 correspond to the input's intensities at the two percentiles
              axes:
              - type: batch
              - type: channel
                channel_names: [intensity]
              - {{OutputAxis('y')}}
              - {{OutputAxis('x')}}
              data: {type: float32}
              test_tensor: {{File(TestOutput)}}
            weights:
              pytorch_state_dict:
                source: {{Weights}}
                sha256: {{Sha256[Weights]}}
                pytorch_version: 1.13.1
                architecture:
                  source: {{Network.PythonFile}}
                  sha256: {{Sha256[Network.PythonFile]}}
                  callable: {{Network.PythonClass}}
                  kwargs: {features: {{model.Features}}, scale: {{model.Scale}}}

            """);
        return yaml.ToString();
    }

    private static string Summary(ModelOptions model) =>
        $"Super-resolution of 2-D fluorescence images, {model.Scale} x {model.Scale} output pixels per input pixel: "
        + $"{model.Network} with {model.Features} features, trained by srbatch.";

    private string ScaleRange() => string.Create(CultureInfo.InvariantCulture,
        $"axes: [channel, y, x], min_percentile: {Network.Card.PercentileLow}, "
        + $"max_percentile: {Network.Card.PercentileHigh}, eps: {RangeEpsilon}");

    private string InputAxis(char id) => $"{{type: space, id: {id}, size: {{min: {Side}, step: {Stride}}}}}";

    /// <summary>
    /// In this format <c>scale</c> is the length of a pixel, so it is 1/2 for twice as many pixels. <c>halo</c> is in output pixels.
    /// </summary>
    private string OutputAxis(char id) => string.Create(CultureInfo.InvariantCulture,
        $"{{type: space, id: {id}, scale: {1.0 / Network.Card.Model.Scale:0.0##}, "
        + $"size: {{tensor_id: low, axis_id: {id}}}, halo: {Halo * Network.Card.Model.Scale}}}");

    private string File(string name) => $"{{source: {name}, sha256: {Sha256[name]}}}";

    /// <summary>The name with every character replaced by '-' that is not a letter, a digit, '_', '-', a space or a parenthesis.</summary>
    private static string Name(string name)
    {
        string allowed = new([.. name.Select(c => IsAllowed(c) ? c : '-').Take(LongestName)]);
        return allowed.Length < ShortestName ? $"model {allowed}" : allowed;
    }

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or ' ' or '(' or ')';

    /// <summary>A JSON string is also a valid YAML string.</summary>
    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
