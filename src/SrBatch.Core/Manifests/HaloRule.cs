namespace SrBatch.Core.Manifests;

/// <summary>How wide a border of each tile is computed and discarded.</summary>
public enum HaloRule
{
    /// <summary>The network's receptive field: no seams.</summary>
    Exact,

    /// <summary>The narrowest halo the model needs, as measured at the end of training or at first use.</summary>
    Auto,
}
