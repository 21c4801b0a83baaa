namespace SrBatch.Core.Planning;

/// <summary>Size of a voxel, micrometres; null along an axis where it is unknown. It may differ between y and x.</summary>
public sealed record ElementSize(double? Z, double? Y, double? X)
{
    /// <summary>
    /// Takes values in the order of <c>element_size_um</c>: z, y, x. Of more than three values the last three count; with fewer, z (and y)
    /// are unknown.
    /// </summary>
    /// <returns>Null when none is a finite number above 0.</returns>
    public static ElementSize? Of(ReadOnlySpan<double> zyx) => Of(At(zyx, 3), At(zyx, 2), At(zyx, 1));

    /// <summary>Values that are not finite numbers above 0 become null.</summary>
    /// <returns>Null when none is a finite number above 0.</returns>
    public static ElementSize? Of(double? z, double? y, double? x)
    {
        var size = new ElementSize(Positive(z), Positive(y), Positive(x));
        return size == new ElementSize(null, null, null) ? null : size;
    }

    /// <summary>
    /// Voxel size after multiplying rows and columns by <paramref name="scale"/>. When only one of y and x is known, the other is assumed
    /// to be the same.
    /// </summary>
    public ElementSize Enlarged(int scale) => new(Z, (Y ?? X) / scale, (X ?? Y) / scale);

    private static double? At(ReadOnlySpan<double> values, int fromEnd) => values.Length >= fromEnd ? values[^fromEnd] : null;

    private static double? Positive(double? size) => size is > 0 && double.IsFinite(size.Value) ? size : null;
}
