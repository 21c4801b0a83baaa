using static TorchSharp.torch;

namespace SrBatch.Tests.Torch.Metrics;

/// <summary>Random structure with no detail finer than a limit, and noise.</summary>
internal static class BandLimitedImage
{
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="cutOff">Highest frequency, as a share of the Nyquist frequency.</param>
    /// <param name="seed">Of the structure.</param>
    /// <returns>Mean 100, standard deviation 1.</returns>
    public static float[] Make(int height, int width, double cutOff, int seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        Tensor spectrum_HKC = view_as_real(fft.rfft2(randn([height, width], dtype: float64, generator: generator)));
        double[] band = new double[height * ((width / 2) + 1)];
        for (int i = 0; i < band.Length; i++)
        {
            double y = i / ((width / 2) + 1), x = i % ((width / 2) + 1);
            band[i] = i > 0 && Math.Sqrt(Math.Pow(2 * Math.Min(y, height - y) / height, 2) + Math.Pow(2 * x / width, 2)) <= cutOff ? 1 : 0;
        }
        Tensor image_HW = fft.irfft2(view_as_complex((spectrum_HKC * tensor(band, [height, (width / 2) + 1, 1])).contiguous()), [height, width]);
        double[] values = image_HW.data<double>().ToArray();
        double deviation = Math.Sqrt(values.Average(value => value * value));
        return [.. values.Select(value => (float)(100 + (value / deviation)))];
    }

    /// <summary>The same under white Gaussian noise.</summary>
    public static float[] WithNoise(float[] image, double sigma, int seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        double[] noise = randn([image.Length], dtype: float64, generator: generator).data<double>().ToArray();
        return [.. image.Select((value, i) => (float)(value + (sigma * noise[i])))];
    }
}
