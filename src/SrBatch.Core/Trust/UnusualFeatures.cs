using System.Globalization;

namespace SrBatch.Core.Trust;

/// <summary>Describes in words how a plane differs from a model's training images.</summary>
public static class UnusualFeatures
{
    /// <summary>Most reasons given for a plane.</summary>
    private const int MostReasons = 3;

    /// <summary>A feature is mentioned from this deviation on, standard deviations.</summary>
    private const double Notable = 2.5;

    /// <summary>
    /// Detail above 4 pixels counts as structure when it exceeds the detail of noise alone by this factor, given as natural logarithm.
    /// </summary>
    private const double LeastStructure = 0.25;

    /// <summary>A plane has no detail when its detail is below this share of the intensity range.</summary>
    private const double NoDetail = 0.0015;

    private static readonly PlaneFeature[] Features = [.. PlaneFeatures.All];

    /// <returns>One reason per cause, never none. Known causes come first, then the largest deviations.</returns>
    public static IReadOnlyList<string> Reasons(PlaneNovelty plane)
    {
        if (EmptyReason(plane) is { } empty)
        {
            return [empty];
        }
        (string Cause, string Text)[] reasons =
        [
            .. Enumerable.Range(0, Features.Length).Where(i => Math.Abs(plane.Standardised[i]) >= Notable)
                .Select(i => (
                    Reason: Reason(Features[i], plane.Features[i], plane.Kind.Distribution.Mean[i]),
                    Deviation: Math.Abs(plane.Standardised[i]),
                    Features[i].IsSpread))
                // A familiar cause is more useful to the reader than a statistic that deviates more.
                .OrderByDescending(found => found.Reason.Text.EndsWith('?') || found.Reason.Cause == "noise")
                .ThenBy(found => found.IsSpread)
                .ThenByDescending(found => found.Deviation)
                .Select(found => found.Reason).DistinctBy(reason => reason.Cause).Take(MostReasons),
        ];
        return reasons.Length > 0
            ? [.. reasons.Select(reason => reason.Text)]
            : ["a combination of intensities and detail that the training images do not have, none of them unusual alone"];
    }

    /// <summary>
    /// Says that a plane is empty: it has no detail; or, unlike the training images, no more detail at any scale than noise as strong as
    /// its finest detail would have.
    /// </summary>
    /// <returns>Null when the plane is not empty.</returns>
    public static string? EmptyReason(PlaneNovelty plane)
    {
        double[] amplitudes = Amplitudes(plane.Features);
        if (Math.Exp(amplitudes.Max()) < NoDetail)
        {
            return "empty: all pixels alike";
        }
        bool isNoise = Structure(amplitudes) < LeastStructure;
        return isNoise && Structure(Amplitudes(plane.Kind.Distribution.Mean)) > 2 * LeastStructure
            ? "empty: nothing stands out from the noise"
            : null;
    }

    private static double Structure(double[] amplitudes) =>
        amplitudes.Skip(1).Select((amplitude, i) => amplitude - amplitudes[0] - CropFeatures.WhiteNoise[i + 1]).Max();

    private static double[] Amplitudes(double[] features) =>
        [.. features.Where((_, i) => Features[i] is { Kind: FeatureKind.Amplitude, IsSpread: false })];

    private static (string Cause, string Text) Reason(PlaneFeature feature, double found, double training)
    {
        bool isAbove = found > training;
        if (feature.IsSpread)
        {
            return ("evenness", $"the plane is {(isAbove ? "less" : "more")} even than the training images ({Subject(feature)})");
        }
        string detail = $"detail of {feature.Pixels} pixels";
        string moreOrLess = isAbove ? "more" : "less";
        switch (feature.Kind)
        {
            case FeatureKind.Saturation:
                return ("saturation",
                    $"{Share(found)} of the pixels have the highest value, in training {Share(training)}{(isAbove ? ": saturated?" : "")}");
            case FeatureKind.Quantile:
                string share = Text($"{100 * CropFeatures.Quantiles[feature.Index]:0} % of the pixels");
                return ("intensities", share + Text(
                    $" are below {Intensity(found):0.00} of the intensity range, in training below {Intensity(training):0.00}"));
            case FeatureKind.Amplitude when feature.Index == 0 && isAbove:
                return ("noise", Text($"noise or the finest detail is {Math.Exp(found - training):0.0} times that of the training images"));
            case FeatureKind.Amplitude:
                double decibels = 20 * (found - training) / Math.Log(10);
                string blurred = feature.Index < 2 && !isAbove ? ": out of focus, or smoothed?" : "";
                return (feature.Index < 2 ? "sharpness" : "structure",
                    Text($"{detail} is {Math.Abs(decibels):0.0} dB {(isAbove ? "above" : "below")} training{blurred}"));
            case FeatureKind.Skewness:
                string skewness = Text($"(skewness {found:0.0}, in training {training:0.0})");
                return ("contrast", found < -0.1 && !isAbove
                    ? $"{detail} is darker than its surroundings {skewness}: contrast upside down?"
                    : $"{detail} stands out {moreOrLess} brightly than in training {skewness}");
            case FeatureKind.Tails:
                string kurtosis = Text($"(kurtosis {Math.Exp(found):0.0}, in training {Math.Exp(training):0.0})");
                return ("density", $"{detail} is {(isAbove ? "sparser" : "denser")} than in training {kurtosis}");
            case FeatureKind.Correlation:
                string correlation = Text($"({detail}: {found / 2:0.00}, in training {training / 2:0.00})");
                string smoothed = isAbove && feature.Index == 0 ? ": smoothed, or interpolated?" : "";
                return ("smoothness", $"neighbouring pixels are {moreOrLess} alike than in training {correlation}{smoothed}");
            default:
                return ("stripes",
                    $"{detail} differs {moreOrLess} between rows and columns than in training{(isAbove ? ": stripes?" : "")}");
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
