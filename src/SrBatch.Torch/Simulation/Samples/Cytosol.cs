using SrBatch.Core.Randomness;

namespace SrBatch.Torch.Simulation.Samples;

/// <summary>Free and unspecifically bound dye inside the cells, thinner towards their borders: what makes a cell brighter than the glass beside it.</summary>
internal static class Cytosol
{
    /// <summary>Brightness per square unit, of a filament's per unit length, in the layer in focus.</summary>
    private const double Level = 0.05;

    /// <summary>Distance between points, units; each is moved at random within its cell, so that no lattice shows.</summary>
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
