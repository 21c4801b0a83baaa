namespace SrBatch.Core.Models;

/// <summary>The narrowest halo that is wide enough for a model, found by measurement.</summary>
/// <param name="Pixels">Input pixels, a multiple of the network's stride.</param>
/// <param name="Error">
/// Root-mean-square difference from the result with the exact halo, along the border of the kept part; as a share of the intensity range
/// that becomes 0 to 1 for the network. The largest value over the images measured.
/// </param>
public sealed record MeasuredHalo(int Pixels, double Error)
{
    /// <summary>Largest <see cref="Error"/> allowed on any image.</summary>
    public const double Bound = 0.001;

    /// <summary>Largest <see cref="Error"/> allowed on the images measured. It is stricter, because other images differ.</summary>
    public const double MeasuredBound = Bound / 2;
}
