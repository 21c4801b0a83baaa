namespace SrBatch.Core.Quality;

/// <summary>Which values of a score are good.</summary>
public enum Better
{
    /// <summary>Neither direction.</summary>
    None,
    Higher,
    Lower,
}
