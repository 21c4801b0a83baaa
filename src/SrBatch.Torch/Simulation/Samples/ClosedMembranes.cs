using SrBatch.Core.Randomness;

namespace SrBatch.Torch.Simulation.Samples;

/// <summary>
/// Closed smooth outlines, as of cells and vesicles in an optical section: a circle with a few harmonics. Larger ones contain smaller
/// ones. Lengths in units.
/// </summary>
internal static class ClosedMembranes
{
    private const double SmallPerArea = 0.0014;
    private const double LargePerArea = 0.0006;
    private const int Harmonics = 6;

    public static void Draw(SampleSpace space, double density, ref SampleRandom random)
    {
        var cells = new List<(double X, double Y, double Radius)>();
        var tries = 1 + (int)(space.Area * LargePerArea * density * space.Share);
        for (var i = 0; i < tries; i++)
        {
            var (x, y) = space.AnyPosition(ref random);
            var radius = 28 * Math.Exp(0.35 * random.NextGaussian());
            // Cells touch but hardly overlap.
            if (cells.TrueForAll(other => Distance(x - other.X, y - other.Y) > 0.85 * (radius + other.Radius)))
            {
                cells.Add((x, y, radius));
                DrawOutline(space, x, y, radius, 0.16, ref random);
            }
        }
        var small = (int)(space.Area * SmallPerArea * density * space.Share);
        for (var i = 0; i < small; i++)
        {
            var (x, y) = space.AnyPosition(ref random);
            if (space.Territory(x, y) > 0)
            {
                DrawOutline(space, x, y, 5 * Math.Exp(0.55 * random.NextGaussian()), 0.07, ref random);
            }
        }
    }

    private static double Distance(double dx, double dy) => Math.Sqrt(dx * dx + dy * dy);

    /// <param name="roughness">
    /// Size of the first harmonic relative to the radius; that of higher ones falls with the square of their number.
    /// </param>
    public static void DrawOutline(SampleSpace space, double x, double y, double radius, double roughness, ref SampleRandom random)
    {
        Span<double> cosines = stackalloc double[Harmonics];
        Span<double> sines = stackalloc double[Harmonics];
        for (var k = 0; k < Harmonics; k++)
        {
            var size = 2.5 * roughness / ((k + 2) * (k + 2) / 2.0);
            (cosines[k], sines[k]) = (size * random.NextGaussian(), size * random.NextGaussian());
        }
        var labelling = new Labelling(space.LabelsPerUnit * Math.Exp(0.3 * random.NextGaussian()), 0.35, 6);
        var turn = SampleSpace.Step / radius;
        for (var angle = 0.0; angle < 2 * Math.PI; angle += turn)
        {
            var r = radius;
            for (var k = 0; k < Harmonics; k++)
            {
                var (sin, cos) = Math.SinCos((k + 2) * angle);
                r += radius * (cosines[k] * cos + sines[k] * sin);
            }
            var (s, c) = Math.SinCos(angle);
            // Where the outline bulges, a step is longer than Step, to first order by r / radius.
            long labels = labelling.Next(SampleSpace.Step * Math.Max(0.2, r / radius), ref random);
            space.AddAround(x + r * c, y + r * s, labels, 0.1, ref random);
        }
    }
}
