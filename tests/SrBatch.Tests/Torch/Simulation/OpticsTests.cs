using SrBatch.Torch.Simulation;
using SrBatch.Torch.Simulation.Fields;
using SrBatch.Torch.Simulation.Optics;

namespace SrBatch.Tests.Torch.Simulation;

public class OpticsTests
{
    private const double UpTo = 60;

    private static readonly ConfocalMicroscope Confocal = new()
    {
        NumericalAperture = 1.4,
        RefractiveIndex = 1.518,
        ExcitationUm = 0.640,
        EmissionUm = 0.670,
    };

    // scipy.special.j0 and j1, SciPy 1.10.1.
    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0.7651976865579666, 0.4400505857449335)]
    [InlineData(2.999, -0.259712709437122, 0.339431941565406)]
    [InlineData(3.5, -0.3801277399872634, 0.1373775273623271)]
    [InlineData(20, 0.1670246643405832, 0.0668331241758499)]
    [InlineData(1000, 0.0247866861524201, 0.0047283119070895)]
    public void Bessel_KnownArguments_AgreeToSevenDigits(double x, double j0, double j1)
    {
        Assert.Equal(j0, Bessel.J0(x), 1e-7);
        Assert.Equal(j1, Bessel.J1(x), 1e-7);
    }

    [Theory]
    [InlineData(0.4, 0.605)]
    [InlineData(0.75, 0.605)]
    [InlineData(1.4, 0.525)]
    public void Widefield_SpotWidth_IsThatOfTheAiryDisc(double na, double emissionUm)
    {
        var microscope = new WidefieldMicroscope { NumericalAperture = na, RefractiveIndex = 1.518, EmissionUm = emissionUm };
        // Half maximum of (2 J1(v)/v)^2 is at v = 1.61634, so the width is 0.5145 wavelength / NA.
        Assert.Equal(0.5145 * emissionUm / na, microscope.Transfer(0, UpTo).FullWidthAtHalfMaximum(), 0.001 * emissionUm / na);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(24)]
    public void Sted_SpotWidth_FollowsHellsFormula(double saturation)
    {
        var sted = Confocal with { Saturation = saturation };
        var expected = 0.670 / (2 * 1.4 * Math.Sqrt(1 + saturation));
        // The formula assumes a Gaussian confocal spot of width wavelength / 2 NA; the product of Airy spots with an open pinhole is a
        // little wider at the foot.
        Assert.InRange(sted.Transfer(0, UpTo).FullWidthAtHalfMaximum() / expected, 0.95, 1.08);
    }

    [Fact]
    public void Confocal_SpotWidth_IsNarrowerThanWidefieldOfTheSameObjective()
    {
        Assert.InRange(Confocal.Transfer(0, UpTo).FullWidthAtHalfMaximum() / (0.5145 * 0.670 / 1.4), 0.75, 0.97);
    }

    [Fact]
    public void Confocal_LayerOutOfFocus_FadesAsThePinholeShutsItOut()
    {
        Assert.Equal(1, Confocal.Transfer(0, UpTo).At(0), 1e-9);
        Assert.InRange(Confocal.Transfer(0.7, UpTo).At(0), 0.001, 0.2);
    }

    [Fact]
    public void Sim_SpotWidth_IsNearlyHalfOfTirf()
    {
        var tirf = new WidefieldMicroscope { NumericalAperture = 1.49, RefractiveIndex = 1.518, EmissionUm = 0.525, PenetrationUm = 0.12 };
        var sim = new SimMicroscope { NumericalAperture = 1.49, RefractiveIndex = 1.518, EmissionUm = 0.525, PenetrationUm = 0.12 };
        Assert.InRange(tirf.Transfer(0, UpTo).FullWidthAtHalfMaximum() / sim.Transfer(0, UpTo).FullWidthAtHalfMaximum(), 1.75, 2.0);
        Assert.True(sim.Transfer(0, UpTo).At(1.7 * tirf.EmissionCutoff) > 0);
        Assert.Equal(0, sim.Transfer(0, UpTo).At(2.001 * tirf.EmissionCutoff));
    }

    // The emitter lies anywhere between samples: the spline that spreads it must not change the image.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.37, 0.81)]
    public void ImageFormation_OneEmitter_IsTheAirySpotAtItsPlace(double pixelsRight, double pixelsDown)
    {
        var microscope = new WidefieldMicroscope { NumericalAperture = 0.75, RefractiveIndex = 1, EmissionUm = 0.605 };
        const double PixelUm = 0.04;
        var grid = new FieldGrid(96, PixelUm);
        var layer = new EmitterLayer(grid);
        var (x, y) = ((48.5 + pixelsRight) * PixelUm, (48.5 + pixelsDown) * PixelUm);
        layer.Add(x, y);
        using var formation = new ImageFormation(grid, microscope, 1);
        using var spectrum_YK = ImageFormation.Spectrum(layer);
        formation.Add(spectrum_YK, 0);
        var image = formation.Image();

        var peak = Math.Pow(Math.PI * 0.75 / 0.605 * PixelUm / FieldGrid.SamplesPerHighPixel, 2) / Math.PI;
        for (var row = 0; row < 96; row++)
        {
            for (var column = 0; column < 96; column++)
            {
                var (dx, dy) = ((column + 0.5) * PixelUm - x, (row + 0.5) * PixelUm - y);
                var v = 2 * Math.PI * 0.75 / 0.605 * Math.Sqrt(dx * dx + dy * dy);
                var airy = v < 1e-9 ? 1 : Math.Pow(2 * Bessel.J1(v) / v, 2);
                // The pixel has a tenth of the spot's width and lowers the peak by 0.6 %.
                Assert.Equal(airy, image[row * 96 + column] / peak, 0.008);
            }
        }
    }
}
