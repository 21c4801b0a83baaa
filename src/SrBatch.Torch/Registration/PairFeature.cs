namespace SrBatch.Torch.Registration;

/// <summary>The feature of two images that registration compares.</summary>
public enum PairFeature
{
    /// <summary>Square root of the intensity: its shot noise is the same everywhere.</summary>
    Intensity,

    /// <summary>Length of the gradient: for contrasts that have only edges in common.</summary>
    Edges,
}
