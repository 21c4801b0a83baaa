namespace SrBatch.Torch.Simulation.Fields;

/// <summary>
/// The emitters of one layer of the sample. Each is placed at its exact position instead of the nearest grid point: a cubic B-spline
/// spreads it over the grid, and <see cref="ImageFormation"/> divides by the spline's transform (a non-uniform Fourier transform, Dutt
/// and Rokhlin 1993). Within the optical band, the result is that of an infinitely fine grid.
/// </summary>
internal sealed class EmitterLayer(FieldGrid grid)
{
    private const int Taps = 4;

    public FieldGrid Grid { get; } = grid;

    /// <summary>Brightness per sample, row-major (Y,X), <see cref="FieldGrid.Size"/> a side.</summary>
    public double[] Samples { get; } = new double[grid.Size * grid.Size];

    /// <summary>Adds a point; a point outside of the grid is ignored.</summary>
    /// <param name="brightness">Relative brightness; the exposure determines the number of photons.</param>
    public void Add(double xUm, double yUm, double brightness = 1)
    {
        var x = xUm / Grid.SampleUm + FieldGrid.MarginSamples;
        var y = yUm / Grid.SampleUm + FieldGrid.MarginSamples;
        // Also false for NaN.
        if (!(x >= 1 && y >= 1 && x < Grid.Size - 2 && y < Grid.Size - 2))
        {
            return;
        }
        var (column, row) = ((int)x, (int)y);
        Span<double> across = stackalloc double[Taps];
        Span<double> down = stackalloc double[Taps];
        CubicSpline(x - column, across);
        CubicSpline(y - row, down);
        for (var i = 0; i < Taps; i++)
        {
            var line = Samples.AsSpan((row - 1 + i) * Grid.Size + column - 1, Taps);
            for (var j = 0; j < Taps; j++)
            {
                line[j] += brightness * down[i] * across[j];
            }
        }
    }

    /// <summary>Fourier transform of the spline along one dim, at a frequency in cycles per sample: sinc^4.</summary>
    public static double SplineTransfer(double cyclesPerSample)
    {
        var sinc = Sinc(cyclesPerSample);
        return sinc * sinc * sinc * sinc;
    }

    /// <summary>sin(pi x) / (pi x).</summary>
    public static double Sinc(double x) => Math.Abs(x) < 1e-9 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    /// <summary>
    /// Weights of the four samples around a point at distance <paramref name="t"/> (0 to 1) after the second one; their sum is 1.
    /// </summary>
    public static void CubicSpline(double t, Span<double> weights)
    {
        var u = 1 - t;
        weights[0] = u * u * u / 6;
        weights[1] = (4 - 6 * t * t + 3 * t * t * t) / 6;
        weights[2] = (4 - 6 * u * u + 3 * u * u * u) / 6;
        weights[3] = t * t * t / 6;
    }
}
