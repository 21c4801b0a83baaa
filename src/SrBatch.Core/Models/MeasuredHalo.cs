namespace SrBatch.Core.Models;

/// <summary>The narrowest halo that a model was measured to need.</summary>
/// <param name="Pixels">Input pixels, a multiple of the network's stride.</param>
/// <param name="Error">
/// Root mean square of what it changes along the border of what is kept, against the exact halo; a share of the intensities that the network sees as 0 to 1. The
/// largest of the images it was measured on.
/// </param>
public sealed record MeasuredHalo(int Pixels, double Error)
{
    /// <summary>What <see cref="Error"/> may be on any image.</summary>
    public const double Bound = 0.001;

    /// <summary>What it may be on those it is measured on: other images differ.</summary>
    public const double MeasuredBound = Bound / 2;
}
