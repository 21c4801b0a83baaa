namespace SrBatch.Core.Quality;

/// <summary>What a plane's target says of its output, compared with what needs no network. Errors are mean squares after the fit.</summary>
/// <param name="Range">From percentile 0.1 to 99.9 of the target; above 0.</param>
/// <param name="Pearson">Correlation of output and target; null: the output is constant.</param>
/// <param name="Error">Of the output.</param>
/// <param name="InputError">Of the upsampled input; null: there is no input.</param>
/// <param name="BlurError">Of the upsampled input, blurred by the Gaussian that suits the target best; null: it shows nothing.</param>
/// <param name="BlurSigma">Standard deviation of that Gaussian, output pixels.</param>
public sealed record TargetEvidence(
    double Range, double? Pearson, double Error, double? InputError, double? BlurError, double? BlurSigma);
