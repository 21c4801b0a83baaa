using SrBatch.Core.Errors;
using SrBatch.Core.Models;
using SrBatch.Storage.BioImageIo;

namespace SrBatch.Tests.Storage.BioImageIo;

/// <summary>Descriptions like those of packages in the zoo, and ways to replace parts of them.</summary>
internal static class DescriptionText
{
    public const string Weights = "trained weights";

    /// <summary>Of <see cref="Weights"/>, by <c>printf 'trained weights' | sha256sum</c>.</summary>
    public const string WeightsSha256 = "491bb8b74dd06f8cf35e527bf3bfd3d04c7c2f0de7a733ed95c835842eb8184b";

    /// <summary>A denoiser of equal size, as ilastik and deepImageJ read them.</summary>
    public const string V04 = $$"""
        authors:
        - {name: A. Author, affiliation: Institute}
        attachments: {files: [readme.txt]}
        cite:
        - text: A paper
          doi: 10.1000/xyz
        config:
          deepimagej: {pyramidal_model: false, allow_tiling: true}
        covers: [cover.png]
        description: Denoises actin.
        documentation: README.md
        format_version: 0.4.10
        git_repo: https://example.org/repository
        inputs:
        - axes: bcyx
          data_range: [-.inf, .inf]
          data_type: float32
          name: input
          preprocessing:
          - name: zero_mean_unit_variance
            kwargs: {axes: cyx, mode: per_sample, eps: 1.0e-05}
          shape:
            min: [1, 1, 64, 64]
            step: [0, 0, 16, 16]
        license: MIT
        name: Actin denoiser
        outputs:
        - axes: bcyx
          data_range: [-.inf, .inf]
          data_type: float32
          halo: [0, 0, 32, 32]
          name: output
          shape:
            offset: [0.0, 0.0, 0.0, 0.0]
            reference_tensor: input
            scale: [1.0, 1.0, 1.0, 1.0]
        tags: [denoising, 2d]
        test_inputs: [test_input.npy]
        test_outputs: [test_output.npy]
        timestamp: '2023-03-01T12:00:00.000000'
        type: model
        weights:
          pytorch_state_dict:
            architecture: unet.py:UNet
            architecture_sha256: 0000000000000000000000000000000000000000000000000000000000000000
            sha256: 1111111111111111111111111111111111111111111111111111111111111111
            source: weights.pt
          torchscript:
            parent: pytorch_state_dict
            sha256: {{WeightsSha256}}
            source: ./weights-torchscript.pt
        """;

    /// <summary>Super-resolution by 2, with normalisation by given numbers as CAREamics exports it.</summary>
    public const string V05 = $$"""
        # yaml-language-server: $schema=https://example.org/schema.json
        format_version: 0.5.4
        type: model
        name: Tubulin x2
        description: Enhances tubulin.
        authors: []
        cite:
        - text: A paper
          url: https://example.org/paper
        inputs:
        - id: raw
          axes:
          - type: batch
          - type: channel
            channel_names: [intensity]
          - {type: space, id: y, size: {min: 32, step: 8}, scale: 1.0}
          - {type: space, id: x, size: {min: 32, step: 8}, scale: 1.0}
          data: {type: float32, range: [null, null]}
          test_tensor: {source: in.npy}
          preprocessing:
          - id: ensure_dtype
            kwargs: {dtype: float32}
          - id: fixed_zero_mean_unit_variance
            kwargs: {axis: channel, mean: [103.5], std: [13.7]}
        outputs:
        - id: enhanced
          axes:
          - type: batch
          - type: channel
            channel_names: [intensity]
          - {type: space, id: y, size: {tensor_id: raw, axis_id: y, offset: 0}, scale: 0.5, halo: 25}
          - {type: space, id: x, size: {tensor_id: raw, axis_id: x}, scale: 0.5, halo: 24}
          data: {type: float32}
          test_tensor: {source: out.npy}
          postprocessing:
          - id: scale_linear
            kwargs: {axis: channel, gain: [13.7], offset: [103.5]}
        weights:
          torchscript: {source: weights-torchscript.pt, pytorch_version: 2.5.1}
        """;

    public const string Where = "m/rdf.yaml";

    /// <summary>Replaces a text, which must occur exactly once.</summary>
    public static string With(this string text, string old, string now)
    {
        Assert.Equal(2, text.Split(old).Length);
        return text.Replace(old, now, StringComparison.Ordinal);
    }

    public static ExternalModel Read(string text) => DescriptionReader.Read(Where, YamlReader.Read(Where, new StringReader(text)));

    /// <param name="expected">The whole message, after where it is.</param>
    public static void AssertRefused(string expected, string text)
    {
        var refused = Assert.Throws<SrBatchException>(() => Read(text));
        Assert.Equal($"{Where}: {expected}", refused.Message);
        Assert.Equal(ExitCode.ImagesFailed, refused.ExitCode);
    }
}
