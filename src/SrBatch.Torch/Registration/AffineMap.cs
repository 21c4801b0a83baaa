namespace SrBatch.Torch.Registration;

/// <summary>y' = YY y + YX x + Y, x' = XY y + XX x + X; pixels, 0 at the centre of the first pixel.</summary>
public readonly record struct AffineMap(double YY, double YX, double Y, double XY, double XX, double X)
{
    public static AffineMap Identity => new(1, 0, 0, 0, 1, 0);

    /// <summary>Rotates and scales about a point of the source, which is mapped to a point of the destination.</summary>
    public static AffineMap Similarity(double degrees, double scale, (double Y, double X) from, (double Y, double X) to)
    {
        (double sine, double cosine) = Math.SinCos(degrees * Math.PI / 180);
        AffineMap turn = new(scale * cosine, -scale * sine, 0, scale * sine, scale * cosine, 0);
        (double y, double x) = turn.At(from.Y, from.X);
        return turn with { Y = to.Y - y, X = to.X - x };
    }

    /// <summary>Square root of the determinant: destination pixels per source pixel.</summary>
    public double Scale => Math.Sqrt(Math.Abs((YY * XX) - (YX * XY)));

    /// <summary>Angle of the rotation nearest to the map, degrees from y towards x.</summary>
    public double RotationDegrees => Math.Atan2(XY - YX, YY + XX) * 180 / Math.PI;

    public (double Y, double X) At(double y, double x) => ((YY * y) + (YX * x) + Y, (XY * y) + (XX * x) + X);

    /// <summary>Applies the linear part alone, to a difference of positions.</summary>
    public (double Y, double X) Turn(double y, double x) => ((YY * y) + (YX * x), (XY * y) + (XX * x));

    /// <summary>This map after <paramref name="first"/>.</summary>
    public AffineMap After(AffineMap first)
    {
        (double y, double x) = At(first.Y, first.X);
        (double yy, double xy) = Turn(first.YY, first.XY);
        (double yx, double xx) = Turn(first.YX, first.XX);
        return new AffineMap(yy, yx, y, xy, xx, x);
    }

    /// <summary>The two rows of the matrix, in the order of the file format.</summary>
    public double[] ToArray() => [YY, YX, Y, XY, XX, X];
}
