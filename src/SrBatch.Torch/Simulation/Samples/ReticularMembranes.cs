using SrBatch.Core.Randomness;

namespace SrBatch.Torch.Simulation.Samples;

/// <summary>
/// Endoplasmic reticulum: tubules along the edges of a Gabriel graph over jittered points (three-way junctions and polygons, as in real
/// networks), and sheets with holes near the nuclei. Nuclei are dark, surrounded by their envelope. Lengths in units.
/// </summary>
internal static class ReticularMembranes
{
    private const double Cell = 8.5;
    private const double NucleusPerArea = 1 / 16_000.0;

    /// <summary>Brightness of a sheet per square unit, relative to a tubule's brightness per unit length.</summary>
    private const double SheetLevel = 1;

    /// <summary>Points drawn per square unit of sheet: so many that single points are not visible.</summary>
    private const double SheetPoints = 6;

    public static void Draw(SampleSpace space, double density, SampleRandom organisation, ref SampleRandom random)
    {
        var nuclei = Enumerable.Range(0, 1 + (int)(space.Area * NucleusPerArea))
            .Select(_ => space.AnyPosition(ref organisation))
            .Select(p => (p.X, p.Y, Radius: 17 + 9 * organisation.NextDouble())).ToArray();
        var points = Junctions(space, nuclei, Cell / Math.Sqrt(density * Math.Max(space.Share, 0.2)), ref random);
        foreach (var (from, to) in GabrielGraph.Edges(points, 3.2 * Cell))
        {
            if (random.NextDouble() < 0.93)
            {
                DrawTubule(space, points[from], points[to], ref random);
            }
        }
        foreach (var (x, y, radius) in nuclei)
        {
            ClosedMembranes.DrawOutline(space, x, y, radius, 0.04, ref random);
        }
        DrawSheets(space, nuclei, density, ref random);
    }

    private static (double X, double Y)[] Junctions(
        SampleSpace space, (double X, double Y, double Radius)[] nuclei, double spacing, ref SampleRandom random)
    {
        var points = new List<(double X, double Y)>();
        for (var row = space.First; row < space.Last; row += spacing)
        {
            for (var column = space.First; column < space.Last; column += spacing)
            {
                var (x, y) = (column + 0.9 * spacing * random.NextDouble(), row + 0.9 * spacing * random.NextDouble());
                if (random.NextDouble() < 0.85 && space.Territory(x, y) > 0 && DistanceToEnvelope(nuclei, x, y) > 0)
                {
                    points.Add((x, y));
                }
            }
        }
        return [.. points];
    }

    private static void DrawTubule(SampleSpace space, (double X, double Y) from, (double X, double Y) to, ref SampleRandom random)
    {
        var (dx, dy) = (to.X - from.X, to.Y - from.Y);
        var length = Math.Sqrt(dx * dx + dy * dy);
        var (bow, wave) = (0.13 * random.NextGaussian(), 0.05 * random.NextGaussian());
        var labelling = new Labelling(space.LabelsPerUnit, 0.3, 5);
        for (var walked = 0.0; walked < length; walked += SampleSpace.Step)
        {
            var t = walked / length;
            var aside = bow * Math.Sin(Math.PI * t) + wave * Math.Sin(2 * Math.PI * t);
            space.AddAround(
                from.X + t * dx - aside * dy, from.Y + t * dy + aside * dx, labelling.Next(SampleSpace.Step, ref random), 0.22, ref random);
        }
    }

    private static void DrawSheets(SampleSpace space, (double X, double Y, double Radius)[] nuclei, double density, ref SampleRandom random)
    {
        var holes = space.Field(4, ref random);
        var patches = space.Field(14, ref random);
        var brightness = SheetLevel * space.LabelsPerUnit / SheetPoints;
        var count = (long)(space.Area * SheetPoints * density * space.Share);
        for (var i = 0L; i < count; i++)
        {
            var (x, y) = space.AnyPosition(ref random);
            // Sheets end within about 25 units of the nucleus, depending on the patches field; the holes field perforates them.
            var reach = 22 * (space.FieldAt(patches, x, y) + 0.4);
            if (reach > 0 && space.FieldAt(holes, x, y) > -0.7 && space.Territory(x, y) > 0
                && DistanceToEnvelope(nuclei, x, y) is var distance && distance > 0 && distance < reach)
            {
                space.Add(x, y, brightness);
            }
        }
    }

    /// <returns>Below 0 inside a nucleus.</returns>
    private static double DistanceToEnvelope((double X, double Y, double Radius)[] nuclei, double x, double y)
    {
        var nearest = double.PositiveInfinity;
        foreach (var (centreX, centreY, radius) in nuclei)
        {
            nearest = Math.Min(nearest, Math.Sqrt((x - centreX) * (x - centreX) + (y - centreY) * (y - centreY)) - radius);
        }
        return nearest;
    }
}
