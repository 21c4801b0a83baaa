using SrBatch.Core.Intensities;
using static SrBatch.Core.Models.ExternalOperation;

namespace SrBatch.Core.Models;

/// <summary>How intensities are scaled for a model's input, and what is done to its output.</summary>
public sealed record IntensityRule
{
    /// <summary>Operations on an image before the network, in order.</summary>
    public required IReadOnlyList<ExternalOperation> Preprocessing { get; init; }

    /// <summary>Operations on each value of the network's output, in order.</summary>
    public IReadOnlyList<ExternalOperation> Postprocessing { get; init; } = [];

    /// <summary>True: the output is scaled back to the input's units. False: it stays as after <see cref="Postprocessing"/>.</summary>
    public bool RestoresUnits { get; init; }

    /// <summary>True: statistics are over a whole channel, all times and depths. False: over each plane.</summary>
    public bool IsByChannel { get; init; }

    public bool Equals(IntensityRule? other) =>
        other is not null
        && Preprocessing.SequenceEqual(other.Preprocessing) && Postprocessing.SequenceEqual(other.Postprocessing)
        && RestoresUnits == other.RestoresUnits && IsByChannel == other.IsByChannel;

    public override int GetHashCode() => HashCode.Combine(Preprocessing.Count, Postprocessing.Count, RestoresUnits, IsByChannel);

    /// <returns>A text that is the same only for equal rules.</returns>
    public override string ToString() =>
        $"{string.Join(", ", Preprocessing)}; {string.Join(", ", Postprocessing)}; "
        + $"{nameof(RestoresUnits)} {RestoresUnits}, {nameof(IsByChannel)} {IsByChannel}";

    /// <summary>The rule of models trained by srbatch: two percentiles of a channel become 0 and 1.</summary>
    public static IntensityRule Percentiles(double low, double high) =>
        new() { Preprocessing = [new ScaleRange(low, high, 0, PerDataset: true)], RestoresUnits = true, IsByChannel = true };

    /// <exception cref="NotSupportedException">
    /// srbatch cannot do an operation in this order or window by window; the message says which.
    /// </exception>
    public static IntensityRule Of(ExternalModel model)
    {
        int clip = model.Preprocessing.ToList().FindIndex(operation => operation is Clip);
        if (clip >= 0 && clip < model.Preprocessing.Count - 1)
        {
            throw new NotSupportedException("preprocessing has a step after clip; srbatch supports clip only as the last step");
        }
        if (model.Preprocessing.Any(operation => operation is Sigmoid))
        {
            throw new NotSupportedException("preprocessing has sigmoid; srbatch supports it only in postprocessing");
        }
        if (model.Preprocessing.Any(operation => operation is ScaleLinear { Gain: <= 0 }))
        {
            throw new NotSupportedException("preprocessing has scale_linear with a gain of 0 or less; srbatch needs a gain above 0");
        }
        if (model.Postprocessing.FirstOrDefault(operation => operation is ScaleRange or ZeroMeanUnitVariance) is { } whole)
        {
            string step = whole is ScaleRange ? "scale_range" : "zero_mean_unit_variance";
            throw new NotSupportedException(
                $"postprocessing has {step}, which needs the whole output at once; srbatch writes the output part by part");
        }
        return new IntensityRule
        {
            Preprocessing = model.Preprocessing,
            Postprocessing = model.Postprocessing,
            IsByChannel = model.Preprocessing.Any(
                operation => operation is ScaleRange { PerDataset: true } or ZeroMeanUnitVariance { PerDataset: true }),
        };
    }

    /// <summary>Applies the rule to the statistics of one image or plane.</summary>
    public IntensityMap Map(IntensityStatistics statistics)
    {
        // Every operation before the network is (value - low) / span, except a final clip; so together they are one such operation.
        double low = 0, span = 1;
        (double least, double most) = (double.NegativeInfinity, double.PositiveInfinity);
        foreach (ExternalOperation operation in Preprocessing)
        {
            switch (operation)
            {
                case ScaleRange range:
                    (double atLow, double atHigh) = statistics.Percentiles(range.LowPercentile, range.HighPercentile);
                    Then((atLow - low) / span, ((atHigh - atLow) / span) + range.Epsilon);
                    break;
                case ZeroMeanUnitVariance standard:
                    (double mean, double deviation) = statistics.Moments();
                    Then((mean - low) / span, (deviation / span) + standard.Epsilon);
                    break;
                case FixedZeroMeanUnitVariance standard:
                    Then(standard.Mean, standard.StandardDeviation + standard.Epsilon);
                    break;
                case ScaleLinear linear:
                    Then(-linear.Offset / linear.Gain, 1 / linear.Gain);
                    break;
                case Clip clip:
                    (least, most) = (clip.Min, clip.Max);
                    break;
            }
        }
        var input = new IntensityRange((float)low, (float)(low + span));
        return new IntensityMap(input, (float)least, (float)most, RestoresUnits ? input : new IntensityRange(0, 1));

        void Then(double nextLow, double nextSpan)
        {
            low += nextLow * span;
            span *= nextSpan;
        }
    }

    /// <summary>Applies <see cref="Postprocessing"/> to values, in place.</summary>
    public void Postprocess(Span<float> values)
    {
        foreach (ExternalOperation operation in Postprocessing)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)(operation switch
                {
                    ScaleLinear linear => (values[i] * linear.Gain) + linear.Offset,
                    FixedZeroMeanUnitVariance standard =>
                        (values[i] - standard.Mean) / (standard.StandardDeviation + standard.Epsilon),
                    Clip clip => Math.Clamp(values[i], clip.Min, clip.Max),
                    _ => 1 / (1 + Math.Exp(-values[i])),
                });
            }
        }
    }
}
