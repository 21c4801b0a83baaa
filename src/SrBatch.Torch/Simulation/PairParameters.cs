using SrBatch.Torch.Simulation.Designs;

namespace SrBatch.Torch.Simulation;

/// <summary>The attributes stored with a simulated pair; docs/simulate.md lists them.</summary>
internal static class PairParameters
{
    public static Dictionary<string, object> Of(SimulationOptions options, PairDesign design, int image)
    {
        var parameters = new Dictionary<string, object>
        {
            ["simulated"] = "srbatch simulate",
            ["pair"] = options.Pair,
            ["structure"] = options.Structure,
            ["seed"] = options.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["image"] = (long)image,
            ["scale"] = (long)options.Scale,
        };
        Describe(parameters, "low", design.Low, design.HighPixelUm * options.Scale);
        Describe(parameters, "high", design.High, design.HighPixelUm);
        return parameters;
    }

    private static void Describe(Dictionary<string, object> parameters, string prefix, SimulationArm arm, double pixelUm)
    {
        // The spot's width comes from the transfer function in use, up to five times the objective's cutoff, where even that of STED has
        // ended.
        var transfer = arm.Microscope.Transfer(0, 5 * arm.Microscope.EmissionCutoff);
        parameters[$"{prefix}_microscope"] = arm.Name;
        parameters[$"{prefix}_na"] = arm.Microscope.NumericalAperture;
        parameters[$"{prefix}_refractive_index"] = arm.Microscope.RefractiveIndex;
        parameters[$"{prefix}_emission_nm"] = Math.Round(1000 * arm.Microscope.EmissionUm, 3);
        parameters[$"{prefix}_psf_fwhm_nm"] = Math.Round(1000 * transfer.FullWidthAtHalfMaximum(), 1);
        parameters[$"{prefix}_pixel_nm"] = Math.Round(1000 * pixelUm, 3);
        parameters[$"{prefix}_peak_photons"] = arm.Camera.PeakPhotons;
        parameters[$"{prefix}_background_photons"] = arm.Camera.BackgroundPhotons;
        parameters[$"{prefix}_gain_counts_per_photon"] = arm.Camera.Gain;
        parameters[$"{prefix}_offset_counts"] = arm.Camera.Offset;
        parameters[$"{prefix}_read_noise_photons"] = arm.Camera.ReadNoise;
    }
}
