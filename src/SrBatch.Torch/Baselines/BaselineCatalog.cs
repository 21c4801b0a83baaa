using System.Globalization;
using SrBatch.Torch.Filters;

namespace SrBatch.Torch.Baselines;

/// <summary>
/// Classical methods that a network is compared with. To add one: its file here, its lines below, a line in docs/report.md.
/// </summary>
public static class BaselineCatalog
{
    private static readonly double[] GaussianSigmas = [0.5, 0.7, 1, 1.4, 2, 2.5, 3, 4, 5.5, 8];
    private static readonly double[] PointSpreadSigmas = [1, 1.4, 2, 2.5, 3, 4, 5.5];
    private static readonly int[] Iterations = [1, 2, 3, 5, 10, 20, 40];
    private static readonly double[] Weights = [0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.2];
    private static readonly double[] NoiseMultiples = [0.35, 0.5, 0.7, 1, 1.4, 2, 3, 4, 6, 8];

    /// <summary>Every method with every set of parameters to try, method by method, the mildest parameters first.</summary>
    public static IReadOnlyList<Baseline> All { get; } =
    [
        new("bicubic", null, plane => plane.Values),
        .. GaussianSigmas.Select(sigma => new Baseline("gaussian", Text($"sigma={sigma}"),
            plane => new GaussianFilter(sigma).Apply(plane.Values, plane.Height, plane.Width))),
        .. PointSpreadSigmas.SelectMany(sigma => Iterations.Select(iterations => new Baseline(
            "richardson-lucy",
            Text($"sigma={sigma} iterations={iterations}"),
            plane => RichardsonLucy.Deconvolve(plane.Values, plane.Height, plane.Width, sigma, iterations)))),
        .. Weights.Select(weight => new Baseline("total variation", Text($"weight={weight}"),
            plane => TotalVariation.Denoise(plane.Values, plane.Height, plane.Width, weight))),
        .. NoiseMultiples.Select(multiple => new Baseline("non-local means", Text($"h={multiple}"),
            plane => NonLocalMeans.Denoise(plane.Values, plane.Height, plane.Width, multiple * plane.NoiseSigma, plane.NoiseSigma))),
    ];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
