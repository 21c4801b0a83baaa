namespace SrBatch.Core.Exports;

/// <summary>A paper to cite.</summary>
/// <param name="Text">Authors, title, journal and year.</param>
/// <param name="Doi">Without <c>https://doi.org/</c>.</param>
public sealed record Citation(string Text, string Doi)
{
    /// <summary>The paper that the training procedure is based on.</summary>
    public static readonly Citation Wang2019 = new(
        "Wang et al., Deep learning enables cross-modality super-resolution in fluorescence microscopy, Nature Methods 16, 103-110 (2019)",
        "10.1038/s41592-018-0239-0");
}
