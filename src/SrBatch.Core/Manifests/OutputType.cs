namespace SrBatch.Core.Manifests;

/// <summary>Type of an enhanced image's values.</summary>
public enum OutputType
{
    Float32,

    /// <summary>The input's: integers are rounded, and those beyond its limits set to them and counted. Float64 becomes float32.</summary>
    Input,
}
