using SrBatch.Torch.Native;
using static TorchSharp.torch;

namespace SrBatch.Torch.Metrics;

/// <summary>Discrete Fourier transform of a real plane: height x (width / 2 + 1) complex values, of which the rest are the mirror image.</summary>
/// <param name="values">Real and imaginary parts in turn.</param>
/// <param name="height">Rows of the plane.</param>
/// <param name="width">Columns of the plane.</param>
internal sealed class PlaneSpectrum(float[] values, int height, int width)
{
    public float[] Values { get; } = values;
    public int Height { get; } = height;
    public int Width { get; } = width;

    /// <param name="plane">height x width values; becomes what was transformed: less its mean, times both windows.</param>
    /// <param name="rowWindow">A factor for each row.</param>
    /// <param name="columnWindow">A factor for each column.</param>
    public static PlaneSpectrum Of(float[] plane, double[] rowWindow, double[] columnWindow)
    {
        double mean = 0;
        foreach (float value in plane)
        {
            mean += value;
        }
        mean /= plane.Length;
        int height = rowWindow.Length, width = columnWindow.Length;
        for (int y = 0; y < height; y++)
        {
            Span<float> row = plane.AsSpan(y * width, width);
            double factor = rowWindow[y];
            for (int x = 0; x < row.Length; x++)
            {
                row[x] = (float)((row[x] - mean) * factor * columnWindow[x]);
            }
        }
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        Tensor spectrum_HK = fft.rfft2(tensor(plane, [height, width]));
        return new PlaneSpectrum(LibTorch.Values(view_as_real(spectrum_HK).contiguous()).ToArray(), height, width);
    }

    /// <summary>The same with every amplitude 1, or 0 where there is none.</summary>
    public PlaneSpectrum Phases()
    {
        float[] phases = new float[Values.Length];
        for (int i = 0; i < phases.Length; i += 2)
        {
            double amplitude = Math.Sqrt(((double)Values[i] * Values[i]) + ((double)Values[i + 1] * Values[i + 1]));
            if (amplitude > 0)
            {
                (phases[i], phases[i + 1]) = ((float)(Values[i] / amplitude), (float)(Values[i + 1] / amplitude));
            }
        }
        return new PlaneSpectrum(phases, Height, Width);
    }
}
