using SrBatch.Core.Randomness;

namespace SrBatch.Torch.Simulation.Designs;

/// <summary>
/// Turns expected photons into counts: Poisson photons plus Gaussian read noise, times gain, plus offset, rounded and clamped to 0 to
/// 65535.
/// </summary>
internal sealed record Camera
{
    /// <summary>
    /// Detected photons (photoelectrons) a pixel where the sample has the brightness that half a percent of the high image's pixels
    /// exceed.
    /// </summary>
    public required double PeakPhotons { get; init; }

    /// <summary>Even background, detected photons a pixel.</summary>
    public required double BackgroundPhotons { get; init; }

    /// <summary>Counts per photoelectron.</summary>
    public required double Gain { get; init; }

    /// <summary>Counts without light.</summary>
    public required double Offset { get; init; }

    /// <summary>Standard deviation of the read noise, photoelectrons.</summary>
    public required double ReadNoise { get; init; }

    /// <param name="photons">Expected photons a pixel, row-major (Y,X); values below 0 count as 0.</param>
    /// <param name="firstStream">
    /// Row y draws from random stream firstStream + y, so the result does not depend on the number of threads.
    /// </param>
    public ushort[] Expose(double[] photons, int width, ulong seed, ulong firstStream)
    {
        var counts = new ushort[photons.Length];
        Parallel.For(0, photons.Length / width, y =>
        {
            var random = new SampleRandom(seed, firstStream + (ulong)y);
            for (var i = y * width; i < (y + 1) * width; i++)
            {
                var electrons = random.NextPoisson(Math.Max(0, photons[i])) + ReadNoise * random.NextGaussian();
                counts[i] = (ushort)Math.Clamp(Math.Round(Offset + Gain * electrons), 0, ushort.MaxValue);
            }
        });
        return counts;
    }
}
