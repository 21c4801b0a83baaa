namespace SrBatch.Torch.Simulation.Optics;

/// <summary>A radially symmetric optical transfer function: tabulated from frequency 0 in equal steps, and linear in between.</summary>
/// <param name="values">Transfer at 0, step, 2 step, ...; 0 beyond the last.</param>
/// <param name="step">Cycles per micrometre.</param>
internal sealed class RadialTransfer(double[] values, double step)
{
    // Linear interpolation of a circular pupil's OTF is then within 1e-6 of the formula, except at the cutoff itself (1e-5).
    private const int Samples = 2048;

    public static RadialTransfer Tabulate(double upTo, Func<double, double> transfer, int samples = Samples)
    {
        var step = upTo / (samples - 1);
        var values = new double[samples];
        Parallel.For(0, samples, i => values[i] = transfer(i * step));
        return new RadialTransfer(values, step);
    }

    public double At(double frequency)
    {
        var position = frequency / step;
        if (position >= values.Length - 1)
        {
            return 0;
        }
        var index = (int)position;
        var fraction = position - index;
        return values[index] + fraction * (values[index + 1] - values[index]);
    }

    /// <summary>Multiplies all values by a factor.</summary>
    public RadialTransfer Times(double factor) => new(Array.ConvertAll(values, value => value * factor), step);

    /// <summary>Full width at half maximum of the point-spread function, micrometres.</summary>
    public double FullWidthAtHalfMaximum()
    {
        var half = Diffraction.Hankel(values, step, 0) / 2;
        // The width is of the order of 1 / (highest frequency), far above the first bracket's lower end.
        double low = 0, high = 0.1 / (step * values.Length);
        while (Diffraction.Hankel(values, step, high) > half)
        {
            (low, high) = (high, high * 1.3);
        }
        for (var i = 0; i < 40; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Diffraction.Hankel(values, step, middle) > half ? (middle, high) : (low, middle);
        }
        return low + high;
    }
}
