namespace SrBatch.Torch.Metrics;

/// <summary>Properties of a plane's values, found before scores are computed.</summary>
/// <param name="NotFinite">Values that are NaN or infinite.</param>
/// <param name="Least">Of the finite values.</param>
/// <param name="Most">Of the finite values.</param>
/// <param name="AtMost">Values that equal <paramref name="Most"/>.</param>
/// <param name="NearMost">Values below it by less than a hundredth of it.</param>
/// <param name="Count">All values.</param>
public sealed record PlaneValues(long NotFinite, float Least, float Most, long AtMost, long NearMost, long Count)
{
    /// <summary>Below this maximum, its hundredth holds no whole number.</summary>
    private const float LeastPlateau = 101;

    public static PlaneValues Of(ReadOnlySpan<float> plane)
    {
        (float least, float most) = (float.PositiveInfinity, float.NegativeInfinity);
        long notFinite = 0, atMost = 0, nearMost = 0;
        foreach (float value in plane)
        {
            if (!float.IsFinite(value))
            {
                notFinite++;
                continue;
            }
            least = value < least ? value : least;
            most = value > most ? value : most;
        }
        float near = most - (0.01f * Math.Abs(most));
        foreach (float value in plane)
        {
            atMost += value == most ? 1 : 0;
            nearMost += value > near && value < most ? 1 : 0;
        }
        return new PlaneValues(notFinite, least, most, atMost, nearMost, plane.Length);
    }

    /// <summary>All finite values are one, or there are none.</summary>
    public bool IsConstant => Least >= Most;

    /// <summary>All values are finite, and not all are one.</summary>
    public bool IsImage => NotFinite == 0 && !IsConstant;

    /// <summary>
    /// Share of pixels that are too bright for the camera: those at the highest value, if it is the highest that the type has, or if more
    /// pixels have it than have any of the hundredth below it, as when a camera of 12 bits writes 16.
    /// </summary>
    /// <param name="highest">Of the type.</param>
    public double SaturatedShare(double highest) =>
        !IsConstant && (Most >= highest || (Most >= LeastPlateau && AtMost > NearMost)) ? (double)AtMost / Count : 0;
}
