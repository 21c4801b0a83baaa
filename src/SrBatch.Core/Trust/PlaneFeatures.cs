namespace SrBatch.Core.Trust;

/// <summary>
/// What an input plane looks like to a network, in numbers: mean and spread of <see cref="CropFeatures"/> over a grid of crops, and how many pixels are saturated.
/// They need no network, and a plane of any size costs the same.
/// </summary>
public static class PlaneFeatures
{
    /// <summary>Side of a crop, input pixels, where the plane is large enough; and the side below which a plane tells too little.</summary>
    public const int Side = 64, LeastSide = 32;

    /// <summary>Crops of a plane, at most; more do not change the verdict.</summary>
    public const int MostCrops = MostAlongAnAxis * MostAlongAnAxis;

    private const int MostAlongAnAxis = 8;

    /// <summary>Numbers a plane.</summary>
    public const int Count = (2 * CropFeatures.Count) + 1;

    /// <summary>Natural logarithms of spreads are counted from here.</summary>
    private const double LeastSpread = 0.02;

    /// <summary>Shares of saturated pixels are counted from one in ten thousand.</summary>
    private const double LeastShare = 1e-4;

    /// <summary>What each number means, in their order.</summary>
    public static IReadOnlyList<PlaneFeature> All { get; } =
    [
        .. Enumerable.Range(0, CropFeatures.Count).Select(number => CropFeatures.Feature(number, isSpread: false)),
        .. Enumerable.Range(0, CropFeatures.Count).Select(number => CropFeatures.Feature(number, isSpread: true)),
        new PlaneFeature(FeatureKind.Saturation, 0, IsSpread: false),
    ];

    /// <summary>Side of a plane's crops, input pixels; null for a plane that is too small.</summary>
    public static int? SideFor(long height, long width) => Math.Min(height, width) < LeastSide ? null : (int)Math.Min(Side, Math.Min(height, width));

    /// <summary>
    /// Where the crops of a plane lie: on a grid that reaches all its borders, as square as the plane allows. In small planes they overlap by half: more of them
    /// tell more, though not as much as crops of their own pixels.
    /// </summary>
    public static IReadOnlyList<(long Row, long Column)> Places(long height, long width)
    {
        int side = SideFor(height, width) ?? throw new ArgumentOutOfRangeException(nameof(height), height, "too small a plane");
        int rows = (int)Math.Min(Fitting(height), MostAlongAnAxis), columns = (int)Math.Min(Fitting(width), MostCrops / rows);
        rows = (int)Math.Min(Fitting(height), MostCrops / columns);
        return [.. Enumerable.Range(0, rows * columns).Select(i => (Start(i / columns, rows, height), Start(i % columns, columns, width)))];

        long Fitting(long length) => 1 + ((length - side) / (side / 2));

        long Start(int i, int cells, long length) => cells == 1 ? (length - side) / 2 : i * (length - side) / (cells - 1);
    }

    /// <param name="crops">Each side x side intensities as the network sees them.</param>
    /// <param name="side">See <see cref="SideFor"/>.</param>
    /// <returns>The plane's numbers, and the variance of each over its crops (of spreads and the saturated share, a guess).</returns>
    public static PlaneSample Measure(IReadOnlyList<float[]> crops, int side)
    {
        double[] means = new double[CropFeatures.Count], squares = new double[CropFeatures.Count], one = new double[CropFeatures.Count];
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
