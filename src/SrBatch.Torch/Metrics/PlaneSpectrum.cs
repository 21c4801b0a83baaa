using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Metrics;

/// <summary>
/// Discrete Fourier transform of a real plane: height x (width / 2 + 1) complex values; the others are their mirror image. Planes and
/// spectra stay in libtorch's memory, because new arrays of .NET must be filled with zeros first.
/// </summary>
public sealed class PlaneSpectrum : IDisposable
{
    private readonly Tensor _values_HK2;

    private PlaneSpectrum(Tensor values_HK2, int height, int width) => (_values_HK2, Height, Width) = (values_HK2, height, width);

    public int Height { get; }
    public int Width { get; }

    /// <summary>Real and imaginary parts in turn.</summary>
    internal ReadOnlySpan<float> Values => LibTorch.Values(_values_HK2);

    /// <summary>Spectrum of a plane whose borders are dimmed (<see cref="SpectralWindow.CosineEdge"/>).</summary>
    /// <param name="plane">height x width values, row-major.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public static PlaneSpectrum Of(ReadOnlySpan<float> plane, int height, int width) =>
        Of(plane, SpectralWindow.CosineEdge(height), SpectralWindow.CosineEdge(width));

    /// <summary>Spectrum of a plane minus its mean, times both windows.</summary>
    /// <param name="plane">A row for each factor of the row window and a column for each factor of the column window, row-major.</param>
    /// <param name="rowWindow">A factor for each row.</param>
    /// <param name="columnWindow">A factor for each column.</param>
    internal static PlaneSpectrum Of(ReadOnlySpan<float> plane, double[] rowWindow, double[] columnWindow)
    {
        double mean = 0;
        foreach (float value in plane)
        {
            mean += value;
        }
        mean /= plane.Length;
        int height = rowWindow.Length, width = columnWindow.Length;
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        Tensor windowed_HW = empty(height, width);
        Span<float> windowed = LibTorch.Values(windowed_HW);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<float> row = plane.Slice(y * width, width);
            Span<float> result = windowed.Slice(y * width, width);
            double factor = rowWindow[y];
            for (int x = 0; x < result.Length; x++)
            {
                result[x] = (float)((row[x] - mean) * factor * columnWindow[x]);
            }
        }
        return new PlaneSpectrum(view_as_real(fft.rfft2(windowed_HW)).contiguous().DetachFromDisposeScope(), height, width);
    }

    public void Dispose() => _values_HK2.Dispose();
}
