using SrBatch.Core.Randomness;

namespace SrBatch.Torch.Simulation.Samples;

/// <summary>
/// Free and unspecifically bound dye, which makes cells brighter than the glass around them; less of it near their borders.
/// </summary>
internal static class Cytosol
{
    /// <summary>Brightness per square unit in the layer in focus, relative to a filament's brightness per unit length.</summary>
    private const double Level = 0.05;

    /// <summary>Distance between points, units. Each is moved at random within its cell, so that no lattice is visible.</summary>
    private const double Spacing = 0.7;

    public static void Draw(SampleSpace space, ref SampleRandom random)
    {
        var brightness = Level * space.LabelsPerUnit * Spacing * Spacing * space.Share;
        for (var row = space.First; row < space.Last; row += Spacing)
        {
            for (var column = space.First; column < space.Last; column += Spacing)
            {
                var (x, y) = (column + Spacing * random.NextDouble(), row + Spacing * random.NextDouble());
                var inside = space.Territory(x, y);
                if (inside > 0)
                {
                    space.Add(x, y, brightness * Math.Min(1, inside));
                }
            }
        }
    }
}
