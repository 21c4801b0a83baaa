using SrBatch.Torch.Native;
using SrBatch.Torch.Simulation;
using SrBatch.Torch.Simulation.Designs;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Simulation;

public class ImageSpectrumTests
{
    public static TheoryData<string> Pairs() => PairSimulatorTests.Pairs();

    [Theory]
    [MemberData(nameof(Pairs))]
    public void ExpectedPhotons_LowImage_HasNoPowerBeyondTheOpticalCutoff(string pair)
    {
        var design = PairDesign.Named(pair);
        var (low, _) = Expected(pair);
        // A confocal's band is the sum of those of excitation and emission, a little more than twice the emission's.
        var cutoff = design.Low.Microscope.EmissionCutoff * (pair == "confocal-sted" ? 2.05 : 1);
        // The rest comes from the window's side lobes.
        Assert.InRange(ShareBeyond(low, design.HighPixelUm, 1.05 * cutoff), 0, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void ExpectedPhotons_HighImage_HasFarMorePowerInFineDetail(string pair)
    {
        var design = PairDesign.Named(pair);
        var (low, high) = Expected(pair);
        var fine = 0.8 * design.Low.Microscope.EmissionCutoff;
        Assert.True(ShareBeyond(high, design.HighPixelUm, fine) > 20 * ShareBeyond(low, design.HighPixelUm, fine));
    }

    private static (double[] Low, double[] High) Expected(string pair) =>
        PairSimulator.ExpectedPhotons(
            new SimulationOptions { SizePx = 256, Scale = 1, Pair = pair, Structure = "mixed" }, PairDesign.Named(pair), 0);

    /// <summary>Power at frequencies above a limit, divided by the total power without the mean's.</summary>
    private static double ShareBeyond(double[] image, double pixelUm, double cyclesPerUm)
    {
        // Shape suffixes: H, W pixels; K frequencies along W.
        using var scope = NewDisposeScope();
        var size = (int)Math.Sqrt(image.Length);
        var image_HW = tensor(image, [size, size], float64);
        // Squared Blackman window: otherwise the jump at the border would leak into all frequencies.
        var window_W = blackman_window(size, false, float64).Squared();
        var windowed_HW = (image_HW - image_HW.mean()) * window_W * window_W.unsqueeze(1);
        var power_HK = fft.rfft2(windowed_HW).abs().Squared();
        var down_H = fft.fftfreq(size, pixelUm, float64).unsqueeze(1);
        var across_K = fft.rfftfreq(size, pixelUm, float64);
        // Held, not converted in the call: see ImageFormation.Add.
        using var limit = (cyclesPerUm * cyclesPerUm).ToScalar();
        var beyond_HK = down_H.Squared().Plus(across_K.Squared()).gt(limit);
        return (power_HK * beyond_HK).sum().Value() / power_HK.sum().Value();
    }
}
