using SrBatch.Core.Models;
using SrBatch.Core.Tiling;

namespace SrBatch.Torch.Inference;

/// <summary>
/// Finds how far around a window a network really has to see. All of the receptive field counts in principle, its rim next to nothing in a trained network, and
/// computing it costs up to four times the work.
/// </summary>
public static class HaloMeasurement
{
    /// <summary>Side of what is kept, input pixels: where the image allows, and at least.</summary>
    private const int Kept = 128, LeastKept = 32;

    /// <summary>Side of the squares that <see cref="Measure"/> makes the most of, input pixels.</summary>
    public static int Side(TrainedGenerator generator) => (2 * TileSizes.RoundUp(generator.ReceptiveField, generator.Stride)) + TileSizes.RoundUp(Kept, generator.Stride);

    /// <summary>Compares, in the middle of each image, windows with ever wider halos with the whole image.</summary>
    /// <param name="generator">The network.</param>
    /// <param name="images">Normalised squares; what a multiple of the stride leaves over is not looked at.</param>
    /// <returns>Null when no image is large enough to tell.</returns>
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
            // An image whose whole margin is this wide shows nothing any more; it agrees.
            double error = samples.Max(sample => sample.Error(generator, halo));
            if (error <= MeasuredHalo.MeasuredBound && samples.Any(sample => sample.Margin > halo))
            {
                return new MeasuredHalo(halo, error);
            }
        }
        return new MeasuredHalo(exact, 0);
    }

    /// <summary>An image, what the network makes of all of it, and the square in its middle.</summary>
    /// <param name="Image">side x side values.</param>
    /// <param name="Side">A multiple of the stride.</param>
    /// <param name="Margin">Between the image's border and the square's.</param>
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

        /// <summary>Root mean square of the difference along the border of the square, one stride deep.</summary>
        public double Error(TrainedGenerator generator, int halo)
        {
            if (halo >= Margin)
            {
                return 0;
            }
            int scale = generator.Scale, kept = (Side - (2 * Margin)) * scale, window = Side - (2 * (Margin - halo)), rim = generator.Stride * scale;
            float[] output = Run(generator, Cut(Image, Side, Margin - halo, window), window);
            double sum = 0;
            long count = 0;
            for (int y = 0; y < kept; y++)
            {
                for (int x = 0; x < kept; x++)
                {
                    if (Math.Min(Math.Min(y, kept - 1 - y), Math.Min(x, kept - 1 - x)) < rim)
                    {
                        double difference = output[(((halo * scale) + y) * window * scale) + (halo * scale) + x] - Whole[(((Margin * scale) + y) * Side * scale) + (Margin * scale) + x];
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
