namespace SrBatch.Torch.Registration;

/// <summary>How far registration moves a target within the common field, target pixels.</summary>
/// <param name="MedianPx">Median length of the displacement.</param>
/// <param name="MaxPx">Longest displacement.</param>
/// <param name="ShiftYPx">Shift along y of the affine part, in the middle of the input's field.</param>
/// <param name="ShiftXPx">Shift along x.</param>
/// <param name="ElasticMedianPx">Median length of the elastic part.</param>
public sealed record FieldMotion(double MedianPx, double MaxPx, double ShiftYPx, double ShiftXPx, double ElasticMedianPx)
{
    /// <summary>Distance of the sampled displacements, input pixels.</summary>
    private const int Stride = 4;

    /// <returns>Null when there is no common field.</returns>
    public static FieldMotion? Of(FrameMap map, PairGeometry geometry, FieldRectangle field)
    {
        if (field.Area == 0)
        {
            return null;
        }
        List<double> moved = [], elastic = [];
        for (int row = field.Y; row < field.Y + field.Height; row += Stride)
        {
            for (int column = field.X; column < field.X + field.Width; column += Stride)
            {
                double y = ((row + 0.5) * geometry.Scale) - 0.5, x = ((column + 0.5) * geometry.Scale) - 0.5;
                (double sourceY, double sourceX) = map.At(y, x);
                (double affineY, double affineX) = map.Affine.At(y, x);
                moved.Add(Math.Sqrt(((sourceY - y) * (sourceY - y)) + ((sourceX - x) * (sourceX - x))));
                elastic.Add(Math.Sqrt(((sourceY - affineY) * (sourceY - affineY)) + ((sourceX - affineX) * (sourceX - affineX))));
            }
        }
        double middleY = (geometry.FrameHeight - 1) / 2.0, middleX = (geometry.FrameWidth - 1) / 2.0;
        (double atY, double atX) = map.Affine.At(middleY, middleX);
        return new FieldMotion(BlockShifts.Median([.. moved]), moved.Max(), atY - middleY, atX - middleX, BlockShifts.Median([.. elastic]));
    }
}
