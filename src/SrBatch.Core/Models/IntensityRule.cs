using SrBatch.Core.Intensities;
using static SrBatch.Core.Models.ExternalOperation;

namespace SrBatch.Core.Models;

/// <summary>How a model wants its input's intensities, and what becomes of its output's.</summary>
public sealed record IntensityRule
{
    /// <summary>Done to an image before the network, in order.</summary>
    public required IReadOnlyList<ExternalOperation> Before { get; init; }

    /// <summary>Done to each value that the network returns, in order.</summary>
    public IReadOnlyList<ExternalOperation> After { get; init; } = [];

    /// <summary>True: the output is brought back to the input's units. False: it is as the network and <see cref="After"/> leave it.</summary>
    public bool RestoresUnits { get; init; }

    /// <summary>True: statistics are those of a channel over all times and depths. False: of each plane.</summary>
    public bool IsByChannel { get; init; }

    public bool Equals(IntensityRule? other) =>
        other is not null && Before.SequenceEqual(other.Before) && After.SequenceEqual(other.After) && RestoresUnits == other.RestoresUnits && IsByChannel == other.IsByChannel;

    public override int GetHashCode() => HashCode.Combine(Before.Count, After.Count, RestoresUnits, IsByChannel);

    /// <returns>Another text for each rule that is not equal.</returns>
    public override string ToString() => $"{string.Join(", ", Before)}; {string.Join(", ", After)}; {nameof(RestoresUnits)} {RestoresUnits}, {nameof(IsByChannel)} {IsByChannel}";

    /// <summary>As srbatch trains its own models: two percentiles of a channel become 0 and 1.</summary>
    public static IntensityRule Percentiles(double low, double high) => new() { Before = [new ScaleRange(low, high, 0, PerDataset: true)], RestoresUnits = true, IsByChannel = true };

    /// <exception cref="NotSupportedException">It says which operation cannot be done in this order, or not window by window.</exception>
    public static IntensityRule Of(ExternalModel model)
    {
        int clip = model.Preprocessing.ToList().FindIndex(operation => operation is Clip);
        if (clip >= 0 && clip < model.Preprocessing.Count - 1)
        {
            throw new NotSupportedException("preprocessing goes on after clip; srbatch clips last");
        }
        if (model.Preprocessing.Any(operation => operation is Sigmoid))
        {
            throw new NotSupportedException("preprocessing has sigmoid; srbatch has it after the model alone");
        }
        if (model.Preprocessing.Any(operation => operation is ScaleLinear { Gain: <= 0 }))
        {
            throw new NotSupportedException("preprocessing has scale_linear with a gain that is not above 0");
        }
        if (model.Postprocessing.FirstOrDefault(operation => operation is ScaleRange or ZeroMeanUnitVariance) is { } whole)
        {
            throw new NotSupportedException($"postprocessing has {(whole is ScaleRange ? "scale_range" : "zero_mean_unit_variance")}, which needs the whole output at once; srbatch writes it part by part");
        }
        return new IntensityRule
        {
            Before = model.Preprocessing,
            After = model.Postprocessing,
            IsByChannel = model.Preprocessing.Any(operation => operation is ScaleRange { PerDataset: true } or ZeroMeanUnitVariance { PerDataset: true }),
        };
    }

    /// <summary>Works the rule out for one image or plane.</summary>
    public IntensityMap Map(IntensityStatistics statistics)
    {
        // All operations before the network are (value - low) / span, one after the other, and a clip.
        double low = 0, span = 1;
        (double least, double most) = (double.NegativeInfinity, double.PositiveInfinity);
        foreach (ExternalOperation operation in Before)
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

    /// <summary>Does to values what <see cref="After"/> says, in place.</summary>
    public void Finish(Span<float> values)
    {
        foreach (ExternalOperation operation in After)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)(operation switch
                {
                    ScaleLinear linear => (values[i] * linear.Gain) + linear.Offset,
                    FixedZeroMeanUnitVariance standard => (values[i] - standard.Mean) / (standard.StandardDeviation + standard.Epsilon),
                    Clip clip => Math.Clamp(values[i], clip.Min, clip.Max),
                    _ => 1 / (1 + Math.Exp(-values[i])),
                });
            }
        }
    }
}
