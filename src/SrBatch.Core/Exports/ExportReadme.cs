using System.Globalization;
using SrBatch.Core.Models;

namespace SrBatch.Core.Exports;

/// <summary>The README.md that travels with an exported model.</summary>
public static class ExportReadme
{
    public static string ForPyTorch(ExportedNetwork network) => $$"""
        {{About(network)}}
        ## Use

        `model.py` needs PyTorch 1.13 or newer and numpy, nothing of srbatch.

        ```python
        import numpy as np
        from model import enhance, load

        network = load()                            # weights.pt beside model.py
        image = np.load("image.npy")                # (rows, columns), or (planes, rows, columns) of one channel
        result = enhance(network, image)            # {{network.Card.Model.Scale}} times as many rows and columns, in the image's units
        ```

        `enhance` does what `srbatch infer` does: percentiles {{Text(network.Card.PercentileLow)}} and {{Text(network.Card.PercentileHigh)}} of all values become 0 and 1, sides are continued to
        multiples of {{network.PythonClass}}.stride by repeating the last pixel, large planes are cut into tiles without seams, and the result is scaled back. `normalise` and
        `denormalise` do the scaling alone. `weights.pt` is a plain state dict: `torch.load("weights.pt", weights_only=True)`.

        {{Origin(network)}}
        """;

    public static string ForBioImageIo(ExportedNetwork network) => $$"""
        {{About(network)}}
        ## Use

        The input is one channel of a plane. Percentiles {{Text(network.Card.PercentileLow)}} and {{Text(network.Card.PercentileHigh)}} of it become 0 and 1 (`scale_range`), and the output is on that scale: times the difference of
        the two percentiles, plus the lower one, it is in the input's units. Take the percentiles of the whole image, not of a tile. Tiles that start at
        multiples of the step and are cropped by the halo leave no seam.

        The test tensors are noise, made for comparing programs; they show nothing of quality.

        ## Validation

        {{Scores(network.Card)}} To validate the model on data of yours, enhance images whose high-resolution
        targets it has not seen, fit each result to its target by a line, and compute PSNR and SSIM; `srbatch evaluate` does.

        {{Origin(network)}}
        """;

    private static string About(ExportedNetwork network)
    {
        ModelCard card = network.Card;
        return $"""
            # {card.Name}

            Super-resolution of fluorescence microscopy images: {card.Model.Network} of {card.Model.Features} features, {card.Model.Scale} x {card.Model.Scale} output pixels for each input pixel.
            A network can invent structures: keep the originals.

            """;
    }

    private static string Origin(ExportedNetwork network)
    {
        ModelCard card = network.Card;
        string papers = string.Join('\n', network.Citations.Select(citation => $"- {citation.Text}, doi:{citation.Doi}"));
        return $"""
            ## Origin

            Trained by srbatch {card.Version} in {card.Step} steps on {card.TrainingImages.Count} images; `card.json` tells the rest.
            {(network.Author is { } author ? $"Author: {author}. " : "")}{(network.Licence is { } licence ? $"Licence: {licence}." : "No licence was given.")}

            Please cite:

            {papers}

            """;
    }

    private static string Scores(ModelCard card) => card.ValidationPsnrDb is { } psnr
        ? string.Create(CultureInfo.InvariantCulture, $"On the validation images that were kept out of training: PSNR {psnr:F2} dB, SSIM {card.ValidationSsim:F4} (means over planes).")
        : "No images were kept out of training, so there are no scores.";

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
