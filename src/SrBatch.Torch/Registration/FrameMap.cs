namespace SrBatch.Torch.Registration;

/// <summary>Where in the target what the frame shows at (y, x) lies: affine(p + displacement(p)). All stages in one, so that the target is interpolated once.</summary>
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
