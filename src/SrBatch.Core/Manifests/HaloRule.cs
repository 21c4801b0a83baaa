namespace SrBatch.Core.Manifests;

/// <summary>How wide a rim of each window is computed and thrown away.</summary>
public enum HaloRule
{
    /// <summary>The network's receptive field: no seam is left.</summary>
    Exact,

    /// <summary>As narrow as the model was measured to need when it was trained, or when it is first used.</summary>
    Auto,
}
