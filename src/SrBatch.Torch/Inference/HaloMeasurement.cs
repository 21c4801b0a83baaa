using SrBatch.Core.Models;
using SrBatch.Core.Tiling;

namespace SrBatch.Torch.Inference;

/// <summary>
/// Measures how wide the halo around a window has to be. The whole receptive field has an influence in principle, but in a trained
/// network that of its rim is negligible, and computing it takes up to four times the work.
/// </summary>
public static class HaloMeasurement
{
    /// <summary>Side of the kept square, input pixels: where the image is large enough, and the smallest one.</summary>
    private const int Kept = 128, LeastKept = 32;

    /// <summary>Side of squares for <see cref="Measure"/>, input pixels; larger ones do not improve the measurement.</summary>
    public static int Side(TrainedGenerator generator) =>
        (2 * TileSizes.RoundUp(generator.ReceptiveField, generator.Stride)) + TileSizes.RoundUp(Kept, generator.Stride);

    /// <summary>Compares windows in the middle of each image with the whole image, with wider and wider halos.</summary>
    /// <param name="generator">The network.</param>
    /// <param name="images">Normalised squares; pixels beyond a multiple of the stride are not used.</param>
    /// <returns>The narrowest halo with an error within the bound; null when no image is large enough.</returns>
    public static MeasuredHalo? Measure(TrainedGenerator generator, IReadOnlyList<float[]> images)
    {
        int exact = TileSizes.RoundUp(generator.ReceptiveField, generator.Stride);
        Sample[] samples = [.. images.Select(image => Sample.Of(generator, image, exact)).OfType<Sample>()];
        if (samples.Length == 0)
        {
            return null;
        }
        for (int halo = generator.Stride; halo < exact; halo += generator.Stride)
        {
            // An image whose margin is no wider than the halo has no error.
            double error = samples.Max(sample => sample.Error(generator, halo));
            if (error <= MeasuredHalo.MeasuredBound && samples.Any(sample => sample.Margin > halo))
            {
                return new MeasuredHalo(halo, error);
            }
        }
        return new MeasuredHalo(exact, 0);
    }

    /// <summary>An image, the network's output for the whole image, and the margin of the square in its middle.</summary>
    /// <param name="Image">side x side values.</param>
    /// <param name="Side">A multiple of the stride.</param>
    /// <param name="Margin">Distance of the square from the image's border.</param>
    /// <param name="Whole">The network's output.</param>
    private sealed record Sample(float[] Image, int Side, int Margin, float[] Whole)
    {
        public static Sample? Of(TrainedGenerator generator, float[] image, int exact)
        {
            int full = (int)Math.Sqrt(image.Length), stride = generator.Stride, side = full / (2 * stride) * 2 * stride;
            int margin = Math.Min(exact, (side - TileSizes.RoundUp(LeastKept, stride)) / 2 / stride * stride);
            if (margin <= stride)
            {
                return null;
            }
            float[] square = Cut(image, full, 0, side);
            return new Sample(square, side, margin, Run(generator, square, side));
        }

        /// <summary>Root mean square of the difference along the square's border, one stride deep.</summary>
        public double Error(TrainedGenerator generator, int halo)
        {
            if (halo >= Margin)
            {
                return 0;
            }
            int scale = generator.Scale, kept = (Side - (2 * Margin)) * scale, rim = generator.Stride * scale;
            int window = Side - (2 * (Margin - halo)), first = halo * scale, wholeFirst = Margin * scale;
            float[] output = Run(generator, Cut(Image, Side, Margin - halo, window), window);
            double sum = 0;
            long count = 0;
            for (int y = 0; y < kept; y++)
            {
                for (int x = 0; x < kept; x++)
                {
                    if (Math.Min(Math.Min(y, kept - 1 - y), Math.Min(x, kept - 1 - x)) < rim)
                    {
                        float tiled = output[((first + y) * window * scale) + first + x];
                        double difference = tiled - Whole[((wholeFirst + y) * Side * scale) + wholeFirst + x];
                        sum += difference * difference;
                        count++;
                    }
                }
            }
            return Math.Sqrt(sum / count);
        }

        private static float[] Run(TrainedGenerator generator, float[] image, int side)
        {
            float[] output = new float[image.Length * generator.Scale * generator.Scale];
            generator.Run(image, 1, side, side, output);
            return output;
        }

        private static float[] Cut(float[] image, int width, int corner, int side)
        {
            float[] cut = new float[side * side];
            for (int y = 0; y < side; y++)
            {
                image.AsSpan(((corner + y) * width) + corner, side).CopyTo(cut.AsSpan(y * side));
            }
            return cut;
        }
    }
}
