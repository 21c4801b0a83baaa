using SrBatch.Core.Randomness;

namespace SrBatch.Torch.Simulation.Samples;

/// <summary>Draws one layer of a sample with the structure from <see cref="SimulationOptions.Structure"/>.</summary>
internal static class SamplePainter
{
    /// <param name="shared">Random numbers that all layers of an image have in common; each layer uses a copy.</param>
    public static void Draw(string structure, SampleSpace space, SampleRandom shared, ref SampleRandom random)
    {
        Cytosol.Draw(space, ref random);
        switch (structure)
        {
            case "filaments":
                FilamentNetwork.Draw(space, 1, shared, ref random);
                break;
            case "spots":
                SpotField.Draw(space, 1, ref random);
                break;
            case "membranes":
                DrawMembranes(space, 1, shared, ref random);
                break;
            case "mixed":
                FilamentNetwork.Draw(space, 0.5, shared, ref random);
                SpotField.Draw(space, 0.4, ref random);
                DrawMembranes(space, 0.5, shared, ref random);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(structure), structure, null);
        }
    }

    private static void DrawMembranes(SampleSpace space, double density, SampleRandom shared, ref SampleRandom random)
    {
        var kind = shared.NextInt(5);
        if (kind < 3)
        {
            ReticularMembranes.Draw(space, density, shared, ref random);
        }
        if (kind >= 2)
        {
            ClosedMembranes.Draw(space, density, ref random);
        }
    }
}
