using SrBatch.Torch.Simulation.Fields;
using SrBatch.Torch.Simulation.Optics;
using TorchSharp;
using static TorchSharp.torch;

namespace SrBatch.Torch.Simulation;

/// <summary>
/// Sums the layers of a sample into one image without noise. Applies the transfer function and the pixel aperture in Fourier space
/// (float64), then samples the result at the centres of the camera pixels.
/// </summary>
internal sealed class ImageFormation : IDisposable
{
    // Shape suffixes: Y, X samples of the grid; K = X / 2 + 1 frequencies along X; H, W camera pixels.
    private readonly FieldGrid _grid;
    private readonly Microscope _microscope;
    private readonly int _scale;
    private readonly Tensor _spectrum_YK;

    /// <param name="scale">Side of a camera pixel, high pixels: 1, 2 or 4.</param>
    public ImageFormation(FieldGrid grid, Microscope microscope, int scale)
    {
        (_grid, _microscope, _scale) = (grid, microscope, scale);
        _spectrum_YK = zeros([grid.Size, grid.Size / 2 + 1], complex128).DetachFromDisposeScope();
    }

    /// <summary>The layer's spectrum, for <see cref="Add"/> of each microscope; the caller disposes it.</summary>
    public static Tensor Spectrum(EmitterLayer layer)
    {
        using var samples_YX = tensor(layer.Samples, [layer.Grid.Size, layer.Grid.Size], float64);
        return fft.rfft2(samples_YX);
    }

    /// <param name="spectrum_YK">From <see cref="Spectrum"/>; not changed.</param>
    /// <param name="depthUm">Distance of the layer from the focal plane, micrometres.</param>
    public void Add(Tensor spectrum_YK, double depthUm)
    {
        using var scope = NewDisposeScope();
        var transfer_YK = tensor(Transfer(depthUm), [_grid.Size, _grid.Size / 2 + 1], float64);
        // Held in a variable: in TorchSharp 0.107, a garbage collection may free a Scalar that was converted in the call while native
        // code still reads it ("Exception raised from toDouble"). With another thread collecting all the time, 16 of 815,000 calls
        // failed; with held scalars, none.
        using var one = 1.ToScalar();
        // The transfer function is real. Multiplying real and imaginary parts by it takes half the memory of a complex copy.
        view_as_real(_spectrum_YK).addcmul_(view_as_real(spectrum_YK), transfer_YK.unsqueeze(-1), one);
    }

    /// <summary>
    /// Mean brightness of each camera pixel, row-major (Y,X). Values may be slightly below 0, as filters are band-limited.
    /// </summary>
    public double[] Image()
    {
        using var scope = NewDisposeScope();
        var samples_YX = fft.irfft2(_spectrum_YK, [_grid.Size, _grid.Size]);
        var step = _scale * FieldGrid.SamplesPerHighPixel;
        var first = FieldGrid.MarginSamples + step / 2;
        var pixels = TensorIndex.Slice(first, first + _grid.HighPx * FieldGrid.SamplesPerHighPixel - step / 2, step);
        var image_HW = samples_YX.index(pixels, pixels).contiguous();
        return image_HW.data<double>().ToArray();
    }

    public void Dispose() => _spectrum_YK.Dispose();

    private double[] Transfer(double depthUm)
    {
        var (size, half) = (_grid.Size, _grid.Size / 2 + 1);
        var optics = _microscope.Transfer(depthUm, _grid.HighestFrequency);
        var frequencies = new double[size];
        var separable = new double[size];
        for (var i = 0; i < size; i++)
        {
            var cyclesPerSample = (i <= size / 2 ? i : i - size) / (double)size;
            frequencies[i] = cyclesPerSample / _grid.SampleUm;
            double aperture = EmitterLayer.Sinc(cyclesPerSample * FieldGrid.SamplesPerHighPixel * _scale);
            separable[i] = aperture / EmitterLayer.SplineTransfer(cyclesPerSample);
        }
        var transfer = new double[size * half];
        Parallel.For(0, size, y =>
        {
            var line = transfer.AsSpan(y * half, half);
            for (var x = 0; x < half; x++)
            {
                var frequency = Math.Sqrt(frequencies[y] * frequencies[y] + frequencies[x] * frequencies[x]);
                line[x] = optics.At(frequency) * separable[y] * separable[x];
            }
        });
        return transfer;
    }
}
