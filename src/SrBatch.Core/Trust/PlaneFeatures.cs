namespace SrBatch.Core.Trust;

/// <summary>
/// Describes an input plane by numbers: mean and spread of <see cref="CropFeatures"/> over a grid of crops, and the share of saturated
/// pixels. No network is needed, and planes of all sizes take the same time.
/// </summary>
public static class PlaneFeatures
{
    /// <summary>Side of a crop when the plane is large enough, input pixels.</summary>
    public const int Side = 64;

    /// <summary>Planes with a shorter side are too small to be measured, input pixels.</summary>
    public const int LeastSide = 32;

    /// <summary>Most crops of a plane. More crops do not change the verdict.</summary>
    public const int MostCrops = MostAlongAnAxis * MostAlongAnAxis;

    private const int MostAlongAnAxis = 8;

    /// <summary>Features of a plane.</summary>
    public const int Count = (2 * CropFeatures.Count) + 1;

    /// <summary>Added to spreads before taking the logarithm.</summary>
    private const double LeastSpread = 0.02;

    /// <summary>Added to the share of saturated pixels before taking the logarithm: one in ten thousand.</summary>
    private const double LeastShare = 1e-4;

    /// <summary>The meaning of each feature, in order.</summary>
    public static IReadOnlyList<PlaneFeature> All { get; } =
    [
        .. Enumerable.Range(0, CropFeatures.Count).Select(number => CropFeatures.Feature(number, isSpread: false)),
        .. Enumerable.Range(0, CropFeatures.Count).Select(number => CropFeatures.Feature(number, isSpread: true)),
        new PlaneFeature(FeatureKind.Saturation, 0, IsSpread: false),
    ];

    /// <summary>Side of a plane's crops, input pixels; null for a plane that is too small.</summary>
    public static int? SideFor(long height, long width) =>
        Math.Min(height, width) < LeastSide ? null : (int)Math.Min(Side, Math.Min(height, width));

    /// <summary>
    /// Positions of a plane's crops: a grid that reaches all borders and is as square as the plane allows. In small planes the crops
    /// overlap by half: more crops give more information, although less than crops that share no pixels.
    /// </summary>
    public static IReadOnlyList<(long Row, long Column)> Places(long height, long width)
    {
        int side = SideFor(height, width) ?? throw new ArgumentOutOfRangeException(nameof(height), height, "too small a plane");
        int rows = (int)Math.Min(Fitting(height), MostAlongAnAxis);
        int columns = (int)Math.Min(Fitting(width), MostCrops / rows);
        rows = (int)Math.Min(Fitting(height), MostCrops / columns);
        return [.. Enumerable.Range(0, rows * columns).Select(i => (Start(i / columns, rows, height), Start(i % columns, columns, width)))];

        long Fitting(long length) => 1 + ((length - side) / (side / 2));

        long Start(int i, int cells, long length) => cells == 1 ? (length - side) / 2 : i * (length - side) / (cells - 1);
    }

    /// <param name="crops">Normalised intensities, <paramref name="side"/> x <paramref name="side"/> each.</param>
    /// <param name="side">See <see cref="SideFor"/>.</param>
    /// <returns>
    /// The plane's features and the variance of each over the crops. For spreads and the saturated share the variance is an estimate.
    /// </returns>
    public static PlaneSample Measure(IReadOnlyList<float[]> crops, int side)
    {
        double[] means = new double[CropFeatures.Count];
        double[] squares = new double[CropFeatures.Count];
        double[] one = new double[CropFeatures.Count];
        foreach (float[] crop in crops)
        {
            CropFeatures.Measure(crop, side, one);
            for (int i = 0; i < one.Length; i++)
            {
                means[i] += one[i] / crops.Count;
                squares[i] += one[i] * one[i] / crops.Count;
            }
        }
        double[] features = new double[Count], variances = new double[Count];
        for (int i = 0; i < one.Length; i++)
        {
            double variance = Math.Max(0, squares[i] - (means[i] * means[i]));
            (features[i], variances[i]) = (means[i], variance);
            (features[one.Length + i], variances[one.Length + i]) = (Math.Log(Math.Sqrt(variance) + LeastSpread), 0.3);
        }
        float most = crops.Max(crop => crop.Max());
        double share = crops.Average(crop => crop.Count(value => value >= most) / (double)crop.Length);
        (features[^1], variances[^1]) = (Math.Log10(share + LeastShare), 0.25);
        return new PlaneSample(features, variances);
    }
}
