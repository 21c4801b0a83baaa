using SrBatch.Core.Randomness;
using SrBatch.Torch.Simulation.Fields;

namespace SrBatch.Torch.Simulation.Samples;

/// <summary>
/// A random smooth function of position, with mean 0 and standard deviation about 1: white noise on a coarse lattice, interpolated by a
/// cubic B-spline.
/// </summary>
internal sealed class SmoothField
{
    // Standard deviation of unit white noise after the spline, averaged over positions: the square root of 151/315 in each dim.
    private const double Kept = 151.0 / 315;

    private readonly double[] _lattice;
    private readonly int _side;
    private readonly double _firstUm;
    private readonly double _spacingUm;

    /// <param name="spacingUm">About half the distance between neighbouring hills.</param>
    public SmoothField(FieldGrid grid, double spacingUm, ref SampleRandom random)
    {
        _spacingUm = spacingUm;
        _firstUm = grid.FirstUm - 2 * spacingUm;
        _side = (int)((grid.LastUm - grid.FirstUm) / spacingUm) + 6;
        _lattice = new double[_side * _side];
        for (var i = 0; i < _lattice.Length; i++)
        {
            _lattice[i] = random.NextGaussian();
        }
    }

    /// <summary>Positions outside of the grid have the value at its border.</summary>
    public double At(double xUm, double yUm)
    {
        var x = Math.Clamp((xUm - _firstUm) / _spacingUm, 1, _side - 3);
        var y = Math.Clamp((yUm - _firstUm) / _spacingUm, 1, _side - 3);
        var (column, row) = ((int)x, (int)y);
        Span<double> across = stackalloc double[4];
        Span<double> down = stackalloc double[4];
        EmitterLayer.CubicSpline(x - column, across);
        EmitterLayer.CubicSpline(y - row, down);
        var sum = 0.0;
        for (var i = 0; i < 4; i++)
        {
            var line = _lattice.AsSpan((row - 1 + i) * _side + column - 1, 4);
            sum += down[i] * (across[0] * line[0] + across[1] * line[1] + across[2] * line[2] + across[3] * line[3]);
        }
        return sum / Kept;
    }
}
