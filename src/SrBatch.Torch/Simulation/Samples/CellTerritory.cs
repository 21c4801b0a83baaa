using SrBatch.Core.Randomness;
using SrBatch.Torch.Simulation.Fields;

namespace SrBatch.Torch.Simulation.Samples;

/// <summary>Divides the sample into cells and bare glass; images range from a sparse to a full field.</summary>
internal sealed class CellTerritory
{
    private readonly SmoothField _field;
    private readonly double _fullness;

    /// <param name="spacingUm">About half the distance between neighbouring cells.</param>
    public CellTerritory(FieldGrid grid, double spacingUm, ref SampleRandom random)
    {
        _fullness = 0.7 + 1.2 * random.NextDouble();
        _field = new SmoothField(grid, spacingUm, ref random);
    }

    /// <returns>Above 0 inside a cell.</returns>
    public double At(double xUm, double yUm) => _field.At(xUm, yUm) + _fullness;
}
