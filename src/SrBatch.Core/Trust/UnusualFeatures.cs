using System.Globalization;

namespace SrBatch.Core.Trust;

/// <summary>Says in words what of a plane is unlike a model's training.</summary>
public static class UnusualFeatures
{
    /// <summary>Reasons of a plane, at most.</summary>
    private const int Most = 3;

    /// <summary>Standard deviations from which a feature is worth naming.</summary>
    private const double Notable = 2.5;

    /// <summary>Natural logarithm of the factor by which detail above 4 pixels must exceed that of noise alone to be structure.</summary>
    private const double LeastStructure = 0.25;

    /// <summary>Below this factor of the intensity range detail counts as none.</summary>
    private const double NoDetail = 0.0015;

    private static readonly PlaneFeature[] Features = [.. PlaneFeatures.All];

    /// <returns>Likely causes first, then the farthest; one reason a cause. Never empty.</returns>
    public static IReadOnlyList<string> Words(PlaneNovelty plane)
    {
        if (Empty(plane) is { } empty)
        {
            return [empty];
        }
        (string Cause, string Text)[] reasons =
        [
            .. Enumerable.Range(0, Features.Length).Where(i => Math.Abs(plane.Standard[i]) >= Notable)
                .Select(i => (Reason: Word(Features[i], plane.Features[i], plane.Kind.Distribution.Mean[i]), Away: Math.Abs(plane.Standard[i]), Features[i].IsSpread))
                // A cause that people know tells them more than a statistic that is farther away.
                .OrderByDescending(found => found.Reason.Text.EndsWith('?') || found.Reason.Cause == "noise").ThenBy(found => found.IsSpread).ThenByDescending(found => found.Away)
                .Select(found => found.Reason).DistinctBy(reason => reason.Cause).Take(Most),
        ];
        return reasons.Length > 0 ? [.. reasons.Select(reason => reason.Text)] : ["a combination of intensities and detail that the training images do not have, none of them unusual alone"];
    }

    /// <summary>Says that detail of no scale stands out from what noise of the finest scale's strength has there, though it does in training images; else null.</summary>
    public static string? Empty(PlaneNovelty plane)
    {
        double[] amplitudes = Amplitudes(plane.Features);
        return Math.Exp(amplitudes.Max()) < NoDetail ? "empty: all pixels alike"
            : Structure(amplitudes) < LeastStructure && Structure(Amplitudes(plane.Kind.Distribution.Mean)) > 2 * LeastStructure ? "empty: nothing stands out from the noise"
            : null;
    }

    private static double Structure(double[] amplitudes) => amplitudes.Skip(1).Select((amplitude, i) => amplitude - amplitudes[0] - CropFeatures.WhiteNoise[i + 1]).Max();

    private static double[] Amplitudes(double[] features) => [.. features.Where((_, i) => Features[i] is { Kind: FeatureKind.Amplitude, IsSpread: false })];

    private static (string Cause, string Text) Word(PlaneFeature feature, double found, double training)
    {
        bool isAbove = found > training;
        if (feature.IsSpread)
        {
            return ("evenness", $"the plane is {(isAbove ? "less" : "more")} even than the training images ({Subject(feature)})");
        }
        switch (feature.Kind)
        {
            case FeatureKind.Saturation:
                return ("saturation", Text($"{Share(found)} of the pixels have the highest value, in training {Share(training)}{(isAbove ? ": saturated?" : "")}"));
            case FeatureKind.Quantile:
                return ("intensities", Text($"{100 * CropFeatures.Quantiles[feature.Index]:0} % of the pixels are below {Intensity(found):0.00} of the intensity range, in training below {Intensity(training):0.00}"));
            case FeatureKind.Amplitude when feature.Index == 0 && isAbove:
                return ("noise", Text($"noise or the finest detail is {Math.Exp(found - training):0.0} times that of the training images"));
            case FeatureKind.Amplitude:
                double decibels = 20 * (found - training) / Math.Log(10);
                return (feature.Index < 2 ? "sharpness" : "structure", Text(
                    $"detail of {feature.Pixels} pixels is {Math.Abs(decibels):0.0} dB {(isAbove ? "above" : "below")} training{(feature.Index < 2 && !isAbove ? ": out of focus, or smoothed?" : "")}"));
            case FeatureKind.Skewness:
                return ("contrast", found < -0.1 && !isAbove
                    ? Text($"detail of {feature.Pixels} pixels is darker than its surroundings (skewness {found:0.0}, in training {training:0.0}): contrast upside down?")
                    : Text($"detail of {feature.Pixels} pixels stands out {(isAbove ? "more" : "less")} brightly than in training (skewness {found:0.0}, in training {training:0.0})"));
            case FeatureKind.Tails:
                return ("density", Text($"detail of {feature.Pixels} pixels is {(isAbove ? "sparser" : "denser")} than in training (kurtosis {Math.Exp(found):0.0}, in training {Math.Exp(training):0.0})"));
            case FeatureKind.Correlation:
                return ("smoothness", Text($"neighbouring pixels are {(isAbove ? "more" : "less")} alike than in training (detail of {feature.Pixels} pixels: {found / 2:0.00}, in training {training / 2:0.00}){(isAbove && feature.Index == 0 ? ": smoothed, or interpolated?" : "")}"));
            default:
                return ("stripes", $"detail of {feature.Pixels} pixels differs {(isAbove ? "more" : "less")} between rows and columns than in training{(isAbove ? ": stripes?" : "")}");
        }
    }

    private static string Subject(PlaneFeature feature) => feature.Kind switch
    {
        FeatureKind.Quantile => "intensities",
        FeatureKind.Amplitude => $"strength of detail of {feature.Pixels} pixels",
        FeatureKind.Skewness => $"skewness of detail of {feature.Pixels} pixels",
        FeatureKind.Tails => $"density of detail of {feature.Pixels} pixels",
        _ => $"texture of detail of {feature.Pixels} pixels",
    };

    private static double Intensity(double quantile) => CropFeatures.Knee * Math.Sinh(quantile);

    private static string Share(double logarithm) => Text($"{100 * Math.Pow(10, logarithm):0.##} %");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
