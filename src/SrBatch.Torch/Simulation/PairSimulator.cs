using SrBatch.Core.Errors;
using SrBatch.Core.Randomness;
using SrBatch.Torch.Simulation.Designs;
using SrBatch.Torch.Simulation.Fields;
using SrBatch.Torch.Simulation.Samples;

namespace SrBatch.Torch.Simulation;

/// <summary>
/// Makes registered pairs of a low- and a high-resolution fluorescence image by simulating sample, optics and camera. docs/simulate.md
/// describes the physics.
/// </summary>
public static class PairSimulator
{
    /// <summary>
    /// Share of the high image's pixels that are brighter than <see cref="Camera.PeakPhotons"/>: users choose the exposure for bright
    /// structures, not for the single brightest pixel.
    /// </summary>
    private const double OutshiningShare = 0.005;

    /// <summary>
    /// Simulates one image of the series that the options describe. A pure function: the same options and index give the same bytes, and
    /// random numbers depend on (seed, image, purpose, row) only, not on threads. Fourier sums may differ in their last bit (1e-16 of the
    /// brightest pixel) between thread counts and libraries; a count changes only when a random number lies that close to its threshold.
    /// </summary>
    /// <param name="image">0 to <see cref="SimulationOptions.Images"/> - 1.</param>
    /// <exception cref="SrBatchException">The options have problems; the message lists all of them.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="image"/> is not in the series.</exception>
    public static SimulatedPair Simulate(SimulationOptions options, int image)
    {
        if (options.Problems().ToArray() is { Length: > 0 } problems)
        {
            throw SrBatchException.FromProblems("simulate", problems);
        }
        ArgumentOutOfRangeException.ThrowIfNegative(image);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(image, options.Images);

        var design = PairDesign.Named(options.Pair);
        var highPx = options.SizePx * options.Scale;
        var (low, high) = ExpectedPhotons(options, design, image);
        return new SimulatedPair
        {
            Low = design.Low.Camera.Expose(low, options.SizePx, options.Seed, Stream(image, Purpose.LowNoise)),
            LowHeight = options.SizePx,
            LowWidth = options.SizePx,
            LowPixelSizeUm = design.HighPixelUm * options.Scale,
            High = design.High.Camera.Expose(high, highPx, options.Seed, Stream(image, Purpose.HighNoise)),
            HighHeight = highPx,
            HighWidth = highPx,
            HighPixelSizeUm = design.HighPixelUm,
            Parameters = PairParameters.Of(options, design, image),
        };
    }

    /// <summary>Both images without noise: mean detected photons a pixel, background included, row-major (Y,X).</summary>
    internal static (double[] Low, double[] High) ExpectedPhotons(SimulationOptions options, PairDesign design, int image)
    {
        var grid = new FieldGrid(options.SizePx * options.Scale, design.HighPixelUm);
        using var lowImage = new ImageFormation(grid, design.Low.Microscope, options.Scale);
        using var highImage = new ImageFormation(grid, design.High.Microscope, 1);
        var shared = new SampleRandom(options.Seed, Stream(image, Purpose.Sample));
        var territory = new CellTerritory(grid, 55 * design.UnitUm, ref shared);
        for (var i = 0; i < design.Depths.Count; i++)
        {
            var layer = new EmitterLayer(grid);
            var random = new SampleRandom(options.Seed, Stream(image, Purpose.Layer) + (ulong)i);
            SamplePainter.Draw(options.Structure, new SampleSpace(layer, design, design.Depths[i].Share, territory), shared, ref random);
            using var spectrum_YK = ImageFormation.Spectrum(layer);
            lowImage.Add(spectrum_YK, design.Depths[i].DepthUm);
            highImage.Add(spectrum_YK, design.Depths[i].DepthUm);
        }
        return Exposed(lowImage.Image(), highImage.Image(), design);
    }

    // The same factor for both images keeps their relative brightness the same in each pair of a series.
    private static (double[] Low, double[] High) Exposed(double[] low, double[] high, PairDesign design)
    {
        // A subset of the pixels gives the quantile well enough and sorts quickly.
        var stride = 1 + high.Length / 300_000;
        var sorted = high.Where((_, i) => i % stride == 0).Order().ToArray();
        var bright = sorted[(int)((1 - OutshiningShare) * (sorted.Length - 1))];
        // An image without structure has only background.
        var unit = bright > 0 ? 1 / bright : 0;
        return (WithBackground(low, design.Low.Camera, unit), WithBackground(high, design.High.Camera, unit));
    }

    private static double[] WithBackground(double[] brightness, Camera camera, double unit) =>
        Array.ConvertAll(brightness, value => Math.Max(0, value * unit * camera.PeakPhotons + camera.BackgroundPhotons));

    // 2^24 streams for each purpose, one a row; 2^8 purposes for each image.
    private static ulong Stream(int image, Purpose purpose) => ((ulong)image << 32) | ((ulong)purpose << 24);

    private enum Purpose
    {
        Sample,
        Layer,
        LowNoise,
        HighNoise,
    }
}
