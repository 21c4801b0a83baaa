namespace SrBatch.Core.Planning;

/// <summary>Size of a voxel, micrometres; an axis of which nothing is known is null. Along y and x it may differ.</summary>
public sealed record ElementSize(double? Z, double? Y, double? X)
{
    /// <summary>From values in the order of <c>element_size_um</c>: z, y, x; those behind count when there are more, those in front are missing when there are fewer.</summary>
    /// <returns>Null when none is a finite number above 0.</returns>
    public static ElementSize? Of(ReadOnlySpan<double> zyx) => Of(At(zyx, 3), At(zyx, 2), At(zyx, 1));

    /// <returns>Null when none is a finite number above 0; those that are not become null.</returns>
    public static ElementSize? Of(double? z, double? y, double? x)
    {
        var size = new ElementSize(Positive(z), Positive(y), Positive(x));
        return size == new ElementSize(null, null, null) ? null : size;
    }

    /// <summary>Voxels of an image with <paramref name="scale"/> times the rows and columns; where only one of y and x is known, the other is taken to be the same.</summary>
    public ElementSize Enlarged(int scale) => new(Z, (Y ?? X) / scale, (X ?? Y) / scale);

    private static double? At(ReadOnlySpan<double> values, int fromEnd) => values.Length >= fromEnd ? values[^fromEnd] : null;

    private static double? Positive(double? size) => size is > 0 && double.IsFinite(size.Value) ? size : null;
}
