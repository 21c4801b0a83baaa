using SrBatch.Core.Randomness;
using SrBatch.Torch.Simulation.Designs;
using SrBatch.Torch.Simulation.Fields;

namespace SrBatch.Torch.Simulation.Samples;

/// <summary>
/// The space in which one layer of a sample is drawn, with lengths in the design's units and the origin at the field's upper left corner.
/// </summary>
/// <param name="layer">Receives the fluorophores.</param>
/// <param name="share">Density of structures, 1 for the layer in focus.</param>
/// <param name="territory">Positions of the cells, the same in all layers of an image.</param>
internal sealed class SampleSpace(EmitterLayer layer, PairDesign design, double share, CellTerritory territory)
{
    /// <summary>Distance between neighbouring points of a drawn line, units; far below the resolution of both microscopes.</summary>
    public const double Step = 0.12;

    public double Share { get; } = share;
    public double LabelsPerUnit { get; } = design.LabelsPerUnit;

    /// <summary>First and last coordinate of the field with its margins, units: structures cross the image's border.</summary>
    public double First { get; } = layer.Grid.FirstUm / design.UnitUm;

    public double Last { get; } = layer.Grid.LastUm / design.UnitUm;

    /// <summary>Area of the field with its margins, square units.</summary>
    public double Area => (Last - First) * (Last - First);

    /// <summary>Makes a random field with about <paramref name="spacing"/> units between hills and valleys.</summary>
    public SmoothField Field(double spacing, ref SampleRandom random) => new(layer.Grid, spacing * design.UnitUm, ref random);

    public double FieldAt(SmoothField field, double x, double y) => field.At(x * design.UnitUm, y * design.UnitUm);

    /// <summary>Above 0 inside a cell, about 1 well inside.</summary>
    public double Territory(double x, double y) => territory.At(x * design.UnitUm, y * design.UnitUm);

    public (double X, double Y) AnyPosition(ref SampleRandom random) =>
        (First + (Last - First) * random.NextDouble(), First + (Last - First) * random.NextDouble());

    /// <summary>Adds one fluorophore, or several at the same position.</summary>
    public void Add(double x, double y, double brightness = 1) => layer.Add(x * design.UnitUm, y * design.UnitUm, brightness);

    /// <summary>Adds several fluorophores at random positions around a point, as dye and antibody have a size.</summary>
    /// <param name="reach">Standard deviation along x and y, units.</param>
    public void AddAround(double x, double y, long count, double reach, ref SampleRandom random)
    {
        for (var i = 0L; i < count; i++)
        {
            Add(x + reach * random.NextGaussian(), y + reach * random.NextGaussian());
        }
    }
}
