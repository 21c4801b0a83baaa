using SrBatch.Torch.Simulation.Optics;

namespace SrBatch.Torch.Simulation.Designs;

/// <summary>
/// The two microscopes and the sample's scale for one <see cref="SimulationOptions.Pair"/>. docs/simulate.md has a table of the same
/// numbers.
/// </summary>
internal sealed record PairDesign
{
    public required SimulationArm Low { get; init; }
    public required SimulationArm High { get; init; }

    /// <summary>Size of a high pixel in the sample, micrometres.</summary>
    public required double HighPixelUm { get; init; }

    /// <summary>
    /// Unit of length in which the sample is drawn, micrometres: about the resolution of the high microscope. Users image whole cells
    /// with a 20x objective and a part of one with STED, so the sizes of structures scale with the resolution.
    /// </summary>
    public required double UnitUm { get; init; }

    /// <summary>Fluorophores per unit length of a filament or membrane; small numbers make it look speckled.</summary>
    public required double LabelsPerUnit { get; init; }

    /// <summary>Layers from the focal plane outwards; the first is in focus.</summary>
    public required IReadOnlyList<SampleDepth> Depths { get; init; }

    /// <param name="pair">One of <see cref="SimulationOptions.Pairs"/>.</param>
    public static PairDesign Named(string pair) => pair switch
    {
        "low-high-na" => LowHighNa(),
        "confocal-sted" => ConfocalSted(),
        "tirf-sim" => TirfSim(),
        _ => throw new ArgumentOutOfRangeException(nameof(pair), pair, null),
    };

    /// <summary>
    /// 10x/0.4 and 20x/0.75 air objectives as in Wang et al. 2019 (doi 10.1038/s41592-018-0239-0), red dye, 3.45 um camera pixels. Both
    /// are sampled just at the Nyquist rate.
    /// </summary>
    private static PairDesign LowHighNa()
    {
        var low = new WidefieldMicroscope { NumericalAperture = 0.4, RefractiveIndex = 1, EmissionUm = 0.605 };
        var high = low with { NumericalAperture = 0.75 };
        return new()
        {
            Low = new(
                "widefield 10x/0.4",
                low,
                new() { PeakPhotons = 70, BackgroundPhotons = 5, Gain = 2, Offset = 100, ReadNoise = 1.6 }),
            High = new(
                "widefield 20x/0.75",
                high,
                new() { PeakPhotons = 2000, BackgroundPhotons = 60, Gain = 2, Offset = 100, ReadNoise = 1.6 }),
            HighPixelUm = 0.1725,
            UnitUm = 0.41,
            LabelsPerUnit = 30,
            Depths = [new(0, 1), new(2, 0.15), new(6, 0.3)],
        };
    }

    /// <summary>
    /// 1.4 NA oil objective, far-red dye excited at 640 nm. Depletion at nine times saturation reduces the spot from about 240 nm to
    /// about 75 nm.
    /// </summary>
    private static PairDesign ConfocalSted()
    {
        var low = new ConfocalMicroscope { NumericalAperture = 1.4, RefractiveIndex = 1.518, ExcitationUm = 0.640, EmissionUm = 0.670 };
        var high = low with { Saturation = 9 };
        return new()
        {
            Low = new("confocal", low, new() { PeakPhotons = 25, BackgroundPhotons = 0.5, Gain = 8, Offset = 40, ReadNoise = 0.4 }),
            High = new("STED", high, new() { PeakPhotons = 1000, BackgroundPhotons = 10, Gain = 8, Offset = 40, ReadNoise = 0.4 }),
            HighPixelUm = 0.03,
            UnitUm = 0.08,
            LabelsPerUnit = 6,
            Depths = [new(0, 1), new(0.4, 0.2), new(0.7, 0.3)],
        };
    }

    /// <summary>
    /// 1.49 NA oil objective, green dye. The TIRF image is the sum of the raw frames, the SIM image their reconstruction with half the
    /// pixel size.
    /// </summary>
    private static PairDesign TirfSim()
    {
        var low = new WidefieldMicroscope { NumericalAperture = 1.49, RefractiveIndex = 1.518, EmissionUm = 0.525, PenetrationUm = 0.12 };
        var high = new SimMicroscope { NumericalAperture = 1.49, RefractiveIndex = 1.518, EmissionUm = 0.525, PenetrationUm = 0.12 };
        return new()
        {
            Low = new("TIRF", low, new() { PeakPhotons = 45, BackgroundPhotons = 3, Gain = 2, Offset = 100, ReadNoise = 1.6 }),
            High = new("TIRF-SIM", high, new() { PeakPhotons = 1500, BackgroundPhotons = 40, Gain = 2, Offset = 100, ReadNoise = 1.6 }),
            HighPixelUm = 0.0325,
            UnitUm = 0.1,
            LabelsPerUnit = 12,
            Depths = [new(0, 1), new(0.1, 0.3), new(0.3, 0.5)],
        };
    }
}
