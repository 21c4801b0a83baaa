using SrBatch.Core.Randomness;

namespace SrBatch.Torch.Simulation.Samples;

/// <summary>
/// Semiflexible filaments: random walks whose direction changes by a normal angle of variance step / persistence length (the worm-like
/// chain in the plane). They are single or in bundles of strands that separate and join, and form a mesh, aligned fibres or asters.
/// Lengths in units.
/// </summary>
internal static class FilamentNetwork
{
    private const double MeanLength = 110;
    private const double LengthPerArea = 0.2;
    private const double StrandSpread = 0.7;
    private const double StrandMemory = 22;
    private const double LabelReach = 0.1;

    /// <param name="organisation">The same for all layers of an image, so that its filaments have a common arrangement.</param>
    public static void Draw(SampleSpace space, double density, SampleRandom organisation, ref SampleRandom random)
    {
        var arrangement = organisation.NextInt(3);
        var mainDirection = Math.PI * organisation.NextDouble();
        var persistence = 40 * Math.Exp(1.6 * organisation.NextDouble());
        var bundled = 0.1 + 0.3 * organisation.NextDouble();
        var fullness = 0.6 + 0.9 * organisation.NextDouble();
        var winding = space.Field(90, ref organisation);
        var centres = Enumerable.Range(0, 1 + (int)(space.Area / 12_000)).Select(_ => space.AnyPosition(ref organisation)).ToArray();

        var count = (int)(space.Area * LengthPerArea * density * fullness * space.Share / MeanLength);
        for (var i = 0; i < count; i++)
        {
            var (x, y) = space.AnyPosition(ref random);
            if (space.Territory(x, y) < 0)
            {
                continue;
            }
            var direction = arrangement switch
            {
                0 => 2 * Math.PI * random.NextDouble(),
                1 => mainDirection + 0.4 * space.FieldAt(winding, x, y) + 0.12 * random.NextGaussian() + Math.PI * random.NextInt(2),
                _ => AwayFromNearest(centres, x, y) + 0.35 * random.NextGaussian(),
            };
            var length = MeanLength * (0.3 - 0.7 * Math.Log(1 - random.NextDouble()));
            var strands = random.NextDouble() < bundled ? 2 + random.NextInt(4) : 1;
            DrawBundle(space, (x, y, direction), length, persistence, strands, ref random);
        }
    }

    private static void DrawBundle(
        SampleSpace space,
        (double X, double Y, double Direction) start,
        double length,
        double persistence,
        int strands,
        ref SampleRandom random)
    {
        var (x, y, direction) = start;
        var turn = Math.Sqrt(SampleSpace.Step / persistence);
        var kept = Math.Exp(-SampleSpace.Step / StrandMemory);
        var offsets = new double[strands];
        var labels = new Labelling[strands];
        for (var s = 0; s < strands; s++)
        {
            offsets[s] = strands == 1 ? 0 : random.NextGaussian();
            labels[s] = new Labelling(space.LabelsPerUnit, 0.45, 9);
        }
        // Ends scatter around the cell's border, so that they do not form a line.
        var edge = -0.5 * random.NextDouble();
        for (var walked = 0.0; walked < length && space.Territory(x, y) > edge; walked += SampleSpace.Step)
        {
            direction += turn * random.NextGaussian();
            var (sin, cos) = Math.SinCos(direction);
            x += SampleSpace.Step * cos;
            y += SampleSpace.Step * sin;
            for (var s = 0; s < strands; s++)
            {
                if (strands > 1)
                {
                    offsets[s] = kept * offsets[s] + Math.Sqrt(1 - kept * kept) * random.NextGaussian();
                }
                var aside = StrandSpread * offsets[s];
                space.AddAround(x - aside * sin, y + aside * cos, labels[s].Next(SampleSpace.Step, ref random), LabelReach, ref random);
            }
        }
    }

    private static double AwayFromNearest((double X, double Y)[] centres, double x, double y)
    {
        var (centreX, centreY) = centres.MinBy(c => (c.X - x) * (c.X - x) + (c.Y - y) * (c.Y - y));
        return Math.Atan2(y - centreY, x - centreX);
    }
}
