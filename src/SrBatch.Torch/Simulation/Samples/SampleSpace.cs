using SrBatch.Core.Randomness;
using SrBatch.Torch.Simulation.Designs;
using SrBatch.Torch.Simulation.Fields;

namespace SrBatch.Torch.Simulation.Samples;

/// <summary>Where one layer of a sample is drawn: lengths in the design's units, origin at the field's upper left corner.</summary>
/// <param name="layer">Receives the fluorophores.</param>
/// <param name="share">How densely to fill it, 1 for the layer in focus.</param>
/// <param name="territory">Where the cells are: positive inside; the same in all layers of an image.</param>
internal sealed class SampleSpace(EmitterLayer layer, PairDesign design, double share, CellTerritory territory)
{
    /// <summary>Distance between neighbouring points along a drawn line, units; far below what either microscope resolves.</summary>
    public const double Step = 0.12;

    public double Share { get; } = share;
    public double LabelsPerUnit { get; } = design.LabelsPerUnit;

    /// <summary>First and last drawable coordinate, units: the field and its margins, so that structures cross the image's border.</summary>
    public double First { get; } = layer.Grid.FirstUm / design.UnitUm;

    public double Last { get; } = layer.Grid.LastUm / design.UnitUm;

    /// <summary>Square units that can be drawn on.</summary>
    public double Area => (Last - First) * (Last - First);

    /// <summary>A field as smooth as <paramref name="spacing"/> units.</summary>
    public SmoothField Field(double spacing, ref SampleRandom random) => new(layer.Grid, spacing * design.UnitUm, ref random);

    public double FieldAt(SmoothField field, double x, double y) => field.At(x * design.UnitUm, y * design.UnitUm);

    /// <summary>Above 0 inside a cell, about 1 well inside.</summary>
    public double Territory(double x, double y) => territory.At(x * design.UnitUm, y * design.UnitUm);

    public (double X, double Y) AnyPosition(ref SampleRandom random) =>
        (First + (Last - First) * random.NextDouble(), First + (Last - First) * random.NextDouble());

    /// <summary>One fluorophore, or several at one place.</summary>
    public void Add(double x, double y, double brightness = 1) => layer.Add(x * design.UnitUm, y * design.UnitUm, brightness);

    /// <summary>Several fluorophores around a point, each as far from it as dye and antibody reach.</summary>
    /// <param name="reach">Standard deviation along x and y, units.</param>
    public void AddAround(double x, double y, long count, double reach, ref SampleRandom random)
    {
        for (var i = 0L; i < count; i++)
        {
            Add(x + reach * random.NextGaussian(), y + reach * random.NextGaussian());
        }
    }
}
