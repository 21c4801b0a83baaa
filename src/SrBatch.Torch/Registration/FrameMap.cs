namespace SrBatch.Torch.Registration;

/// <summary>
/// Maps a position p of the frame to the target: affine(p + displacement(p)). It combines all stages, so that the target is interpolated
/// only once.
/// </summary>
public sealed record FrameMap(AffineMap Affine, DisplacementGrid? Elastic = null)
{
    public (double Y, double X) At(double y, double x)
    {
        if (Elastic is null)
        {
            return Affine.At(y, x);
        }
        (double dy, double dx) = Elastic.At(y, x);
        return Affine.At(y + dy, x + dx);
    }
}
