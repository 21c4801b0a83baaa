using System.Globalization;
using SrBatch.Core.Models;

namespace SrBatch.Core.Exports;

/// <summary>The README.md that is written beside an exported model.</summary>
public static class ExportReadme
{
    public static string ForPyTorch(ExportedNetwork network) => $$"""
        {{About(network)}}
        ## Use

        `model.py` needs PyTorch 1.13 or newer and numpy. It does not need srbatch.

        ```python
        import numpy as np
        from model import enhance, load

        network = load()                            # weights.pt beside model.py
        image = np.load("image.npy")                # (rows, columns), or (planes, rows, columns) of one channel
        result = enhance(network, image)            # {{network.Card.Model.Scale}} times as many rows and columns, in the image's units
        ```

        `enhance` does the same as `srbatch infer`: it maps percentiles {{Percentiles(network.Card)}} of all values
        to 0 and 1, pads the sides to multiples of {{network.PythonClass}}.stride by repeating the last pixel, cuts
        large planes into tiles without seams, and scales the result back. `normalise` and `denormalise` do only the
        scaling. `weights.pt` is a plain state dict: `torch.load("weights.pt", weights_only=True)`.

        {{Origin(network)}}
        """;

    public static string ForBioImageIo(ExportedNetwork network) => $$"""
        {{About(network)}}
        ## Use

        The input is one plane of one channel. `scale_range` maps its percentiles {{Percentiles(network.Card)}} to 0
        and 1, and the output is on that scale. To get the input's units, multiply the output by the difference of the two percentiles
        and add the lower one. Take the percentiles of the whole image, not of a tile. Tiles that start at multiples of
        the step and are cropped by the halo leave no seam.

        The test tensors are noise, for comparing programs. They say nothing about image quality.

        ## Validation

        {{Scores(network.Card)}} To validate the model on your own data, enhance images whose high-resolution targets
        were not used in training, fit each result linearly to its target, and compute PSNR and SSIM. `srbatch evaluate`
        does this.

        {{Origin(network)}}
        """;

    private static string About(ExportedNetwork network)
    {
        ModelCard card = network.Card;
        return $"""
            # {card.Name}

            Super-resolution of fluorescence microscopy images with {card.Model.Network}, {card.Model.Features} features:
            {card.Model.Scale} x {card.Model.Scale} output pixels for each input pixel.
            A network can invent structures: keep the originals.

            """;
    }

    private static string Origin(ExportedNetwork network)
    {
        ModelCard card = network.Card;
        string papers = string.Join('\n', network.Citations.Select(citation => $"- {citation.Text}, doi:{citation.Doi}"));
        return $"""
            ## Origin

            Trained by srbatch {card.Version} in {card.Step} steps on {card.TrainingImages.Count} images. See `card.json` for details.
            {(network.Author is { } author ? $"Author: {author}. " : "")}{Licence(network)}

            Please cite:

            {papers}

            """;
    }

    private static string Licence(ExportedNetwork network) =>
        network.Licence is { } licence ? $"Licence: {licence}." : "No licence was given.";

    private static string Scores(ModelCard card) => card.ValidationPsnrDb is { } psnr
        ? string.Create(CultureInfo.InvariantCulture,
            $"On the validation images, which were not used for training: PSNR {psnr:F2} dB, "
            + $"SSIM {card.ValidationSsim:F4} (means over planes).")
            : "There were no validation images, so there are no scores.";

    private static string Percentiles(ModelCard card) =>
        string.Create(CultureInfo.InvariantCulture, $"{card.PercentileLow} and {card.PercentileHigh}");
}
