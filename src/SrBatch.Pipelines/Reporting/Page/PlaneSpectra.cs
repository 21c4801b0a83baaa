namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>Power by spatial frequency, in dB relative to the maximum of the target, or of the output without a target.</summary>
/// <param name="Frequency">Ascending, in cycles per <paramref name="Unit"/>.</param>
/// <param name="Unit">µm, or pixel of the output when the pixel size is not known.</param>
/// <param name="Input">Ends at the input's Nyquist frequency; empty without an input.</param>
/// <param name="Target">Empty without a target.</param>
internal sealed record PlaneSpectra(
    IReadOnlyList<double> Frequency,
    string Unit,
    IReadOnlyList<double> Input,
    IReadOnlyList<double> Output,
    IReadOnlyList<double> Target);
