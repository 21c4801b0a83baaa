using SrBatch.Core.Randomness;

namespace SrBatch.Torch.Simulation.Samples;

/// <summary>
/// Puncta in cells: points below the resolution (vesicles, single complexes), small filled discs, and rings, as of clathrin-coated pits
/// seen from above. They are single or in clusters; sizes are log-normal. Lengths in units.
/// </summary>
internal static class SpotField
{
    private const double PerArea = 0.03;

    public static void Draw(SampleSpace space, double density, ref SampleRandom random)
    {
        var crowd = space.Field(18, ref random);
        var count = (int)(space.Area * PerArea * density * space.Share);
        for (var i = 0; i < count; i++)
        {
            var (x, y) = space.AnyPosition(ref random);
            // Denser where the crowd field is high, which gives clusters and gaps.
            if (space.Territory(x, y) < 0 || random.NextDouble() > 0.5 + 0.4 * space.FieldAt(crowd, x, y))
            {
                continue;
            }
            DrawSpot(space, x, y, ref random);
            for (var mates = random.NextDouble() < 0.2 ? 1 + random.NextInt(3) : 0; mates > 0; mates--)
            {
                DrawSpot(space, x + 2.2 * random.NextGaussian(), y + 2.2 * random.NextGaussian(), ref random);
            }
        }
    }

    private static void DrawSpot(SampleSpace space, double x, double y, ref SampleRandom random)
    {
        var labels = random.NextPoisson(2.5 * space.LabelsPerUnit * Math.Exp(0.5 * random.NextGaussian()));
        var kind = random.NextDouble();
        if (kind < 0.5)
        {
            space.AddAround(x, y, labels, 0.12, ref random);
            return;
        }
        var radius = 0.85 * Math.Exp(0.25 * random.NextGaussian());
        var isRing = kind < 0.85;
        // Few are exactly round, as they are seen slightly from the side.
        var flat = 0.75 + 0.25 * random.NextDouble();
        var (tiltSin, tiltCos) = Math.SinCos(Math.PI * random.NextDouble());
        for (var i = 0L; i < 2 * labels; i++)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
            var r = isRing ? radius + 0.08 * random.NextGaussian() : 0.8 * radius * Math.Sqrt(random.NextDouble());
            var (along, across) = (r * cos, r * flat * sin);
            space.Add(x + along * tiltCos - across * tiltSin, y + along * tiltSin + across * tiltCos);
        }
    }
}
