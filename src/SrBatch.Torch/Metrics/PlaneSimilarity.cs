using SrBatch.Torch.Filters;

namespace SrBatch.Torch.Metrics;

/// <summary>
/// The SSIM of <see cref="StructuralSimilarity"/> for scores: in double precision and row by row, so that a plane costs 20 ns a pixel and
/// no further plane of memory. Libtorch has only its general convolution for doubles: 3.6 µs a pixel (2 cores, 2026-11-27).
/// </summary>
internal sealed class PlaneSimilarity
{
    private const int Border = StructuralSimilarity.Border, Taps = (2 * Border) + 1;

    /// <summary>a, b, a^2, b^2 and ab, whose local means SSIM needs.</summary>
    private const int Maps = 5;

    private readonly int _width, _inner;
    private readonly double _slope, _offset, _c1, _c2;

    /// <summary>
    /// Weights at distance 0 to 5; the centre is added twice, as both neighbours at distance 0, so it has half its weight.
    /// </summary>
    private readonly double[] _weights;

    /// <summary>The maps' values in one row.</summary>
    private readonly double[] _row;

    /// <summary>The maps' means along each of the last 11 rows; row y is at y modulo 11.</summary>
    private readonly double[] _along;

    /// <summary>Where neighbours begin: in a row, and the rows in <see cref="_along"/>.</summary>
    private readonly int[] _left = new int[Border + 1], _right = new int[Border + 1];
    private readonly int[] _above = new int[Border + 1], _below = new int[Border + 1];

    /// <summary>The maps' means in one row of the result.</summary>
    private readonly double[] _means;

    private PlaneSimilarity(int width, double slope, double offset, double range)
    {
        (_width, _inner, _slope, _offset) = (width, width - (2 * Border), slope, offset);
        (_c1, _c2) = (Squared(StructuralSimilarity.K1 * range), Squared(StructuralSimilarity.K2 * range));
        double[] window = StructuralSimilarity.Weights();
        _weights = window[Border..];
        _weights[0] /= 2;
        _row = new double[Maps * width];
        _along = new double[Taps * Maps * _inner];
        for (int k = 0; k <= Border; k++)
        {
            (_left[k], _right[k]) = (Border - k, Border + k);
        }
        _means = new double[Maps * _inner];
    }

    /// <param name="prediction">height x width values, row-major; each counts as slope value + offset.</param>
    /// <param name="target">As many.</param>
    /// <param name="height">Rows, at least 11.</param>
    /// <param name="width">Columns, at least 11.</param>
    /// <param name="slope">Of the prediction.</param>
    /// <param name="offset">Of the prediction.</param>
    /// <param name="range">Span of the intensities.</param>
    public static SimilarityMeans Means(
        ReadOnlySpan<float> prediction,
        ReadOnlySpan<float> target,
        int height,
        int width,
        double slope,
        double offset,
        double range)
    {
        var similarity = new PlaneSimilarity(width, slope, offset, range);
        var sum = new SimilarityMeans();
        for (int y = 0; y < height; y++)
        {
            similarity.MeansAlong(y, prediction.Slice(y * width, width), target.Slice(y * width, width));
            if (y >= 2 * Border)
            {
                SimilarityMeans row = similarity.SumsAround(y - Border);
                sum = new(sum.Ssim + row.Ssim, sum.ContrastStructure + row.ContrastStructure);
            }
        }
        double pixels = (height - (2.0 * Border)) * similarity._inner;
        return new(sum.Ssim / pixels, sum.ContrastStructure / pixels);
    }

    private void MeansAlong(int y, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        for (int x = 0; x < _width; x++)
        {
            double first = (_slope * a[x]) + _offset, second = b[x];
            _row[x] = first;
            _row[_width + x] = second;
            _row[(2 * _width) + x] = first * first;
            _row[(3 * _width) + x] = second * second;
            _row[(4 * _width) + x] = first * second;
        }
        Span<double> along = _along.AsSpan(y % Taps * Maps * _inner, Maps * _inner);
        for (int map = 0; map < Maps; map++)
        {
            NeighbourSum.Write(along.Slice(map * _inner, _inner), _row.AsSpan(map * _width, _width), _left, _right, _weights);
        }
    }

    /// <returns>Sums over a row.</returns>
    private SimilarityMeans SumsAround(int y)
    {
        for (int k = 0; k <= Border; k++)
        {
            (_above[k], _below[k]) = ((y - k) % Taps * Maps * _inner, (y + k) % Taps * Maps * _inner);
        }
        NeighbourSum.Write<double>(_means, _along, _above, _below, _weights);
        ReadOnlySpan<double> means = _means;
        ReadOnlySpan<double> a = means[.._inner], b = means.Slice(_inner, _inner), aa = means.Slice(2 * _inner, _inner);
        ReadOnlySpan<double> bb = means.Slice(3 * _inner, _inner), ab = means[(4 * _inner)..];
        double similarity = 0, contrastStructure = 0;
        for (int x = 0; x < _inner; x++)
        {
            double product = a[x] * b[x], squares = (a[x] * a[x]) + (b[x] * b[x]);
            double contrast = ((2 * (ab[x] - product)) + _c2) / (aa[x] + bb[x] - squares + _c2);
            similarity += ((2 * product) + _c1) / (squares + _c1) * contrast;
            contrastStructure += contrast;
        }
        return new(similarity, contrastStructure);
    }

    private static double Squared(double value) => value * value;
}
