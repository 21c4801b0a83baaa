namespace SrBatch.Core.Manifests;

/// <summary>Type of an enhanced image's values.</summary>
public enum OutputType
{
    Float32,

    /// <summary>
    /// The input's type. For integers, values are rounded; values outside the type's limits are set to the limit and counted. Float64
    /// becomes float32.
    /// </summary>
    Input,
}
