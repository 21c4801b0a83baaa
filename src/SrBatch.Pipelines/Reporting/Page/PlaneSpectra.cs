namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>Power of input, output and target by spatial frequency, dB below the strongest of the target (without one: of the output).</summary>
/// <param name="Frequency">Ascending; cycles a <paramref name="Unit"/>.</param>
/// <param name="Unit">µm, or pixel of the output when its size is not known.</param>
/// <param name="Input">Ends at the input's Nyquist frequency; empty when there is none.</param>
/// <param name="Target">Empty when there is none.</param>
internal sealed record PlaneSpectra(IReadOnlyList<double> Frequency, string Unit, IReadOnlyList<double> Input, IReadOnlyList<double> Output, IReadOnlyList<double> Target);
