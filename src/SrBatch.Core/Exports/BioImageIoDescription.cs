using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SrBatch.Core.Manifests;

namespace SrBatch.Core.Exports;

/// <summary>
/// The <c>rdf.yaml</c> of a model in the BioImage.IO Model Zoo's form, version 0.5.5 (bioimage-io/spec-bioimage-io, model v0_5): the first version in which
/// licence and authors may be missing.
/// </summary>
/// <param name="Network">What is described.</param>
/// <param name="Halo">Input pixels around a kept part with which a consumer that tiles sees no seam; a multiple of <paramref name="Stride"/>.</param>
/// <param name="Stride">Sides of windows are multiples of it, input pixels.</param>
/// <param name="Sha256">Of each file in the package by its name, lower-case hex.</param>
public sealed record BioImageIoDescription(ExportedNetwork Network, int Halo, int Stride, IReadOnlyDictionary<string, string> Sha256)
{
    public const string Readme = "README.md", Card = "card.json", Weights = "weights.pt", TestInput = "test_input.npy", TestOutput = "test_output.npy";

    /// <summary>Bounds of the specification on a name, characters.</summary>
    private const int ShortestName = 5, LongestName = 128;

    /// <summary>In <c>scale_range</c> it is added to the range, which srbatch does not do, and must be above 0.</summary>
    private const string RangeEpsilon = "1.0e-10";

    /// <summary>Side of the least window that leaves something between its halos, input pixels.</summary>
    public int Side => (2 * Halo) + Stride;

    public string ToYaml()
    {
        ModelOptions model = Network.Card.Model;
        var yaml = new StringBuilder();
        yaml.Append(CultureInfo.InvariantCulture, $$"""
            format_version: 0.5.5
            type: model
            name: {{Quoted(Name(Network.Card.Name))}}
            description: {{Quoted($"Super-resolution of 2-D fluorescence images, {model.Scale} x {model.Scale} pixels for each of the input's: {model.Network} of {model.Features} features, trained by srbatch.")}}

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
              description: image as the microscope gave it
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
                kwargs: {axes: [channel, y, x], min_percentile: {{Network.Card.PercentileLow}}, max_percentile: {{Network.Card.PercentileHigh}}, eps: {{RangeEpsilon}}}
            outputs:
            - id: high
              description: enhanced image; 0 and 1 are the input's intensities at the two percentiles
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

    private string InputAxis(char id) => $"{{type: space, id: {id}, size: {{min: {Side}, step: {Stride}}}}}";

    /// <summary>An axis' scale is the length of its pixels: of twice as many each is half as long. The halo is in output pixels.</summary>
    private string OutputAxis(char id) => string.Create(CultureInfo.InvariantCulture,
        $"{{type: space, id: {id}, scale: {1.0 / Network.Card.Model.Scale:0.0##}, size: {{tensor_id: low, axis_id: {id}}}, halo: {Halo * Network.Card.Model.Scale}}}");

    private string File(string name) => $"{{source: {name}, sha256: {Sha256[name]}}}";

    /// <summary>Letters, digits, '_', '-', blanks and brackets alone are allowed.</summary>
    private static string Name(string name)
    {
        string allowed = new([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or ' ' or '(' or ')' ? c : '-').Take(LongestName)]);
        return allowed.Length < ShortestName ? $"model {allowed}" : allowed;
    }

    /// <summary>A JSON string is a YAML one.</summary>
    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
