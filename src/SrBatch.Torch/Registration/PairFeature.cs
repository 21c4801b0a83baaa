namespace SrBatch.Torch.Registration;

/// <summary>What of the two images is compared.</summary>
public enum PairFeature
{
    /// <summary>Square roots of intensities, whose shot noise is alike everywhere.</summary>
    Intensity,

    /// <summary>Lengths of gradients: for contrasts that share borders alone.</summary>
    Edges,
}
