namespace SrBatch.Core.Models;

/// <summary>
/// A step before or after an external model, as the BioImage.IO specification defines it (bioimage-io/spec-bioimage-io, model 0.4 and 0.5). Statistics are
/// over y and x, of each image alone or, where PerDataset is true, of all images together; BioImage.IO's own program, given one image, takes that image for all.
/// </summary>
public abstract record ExternalOperation
{
    private ExternalOperation()
    {
    }

    /// <summary>(value - low) / (high - low + Epsilon), low and high being the values at two percentiles.</summary>
    /// <param name="LowPercentile">0 to below <paramref name="HighPercentile"/>.</param>
    /// <param name="HighPercentile">At most 100.</param>
    /// <param name="Epsilon">At least 0.</param>
    public sealed record ScaleRange(double LowPercentile, double HighPercentile, double Epsilon, bool PerDataset) : ExternalOperation;

    /// <summary>(value - mean) / (standard deviation + Epsilon), both of the data; the deviation is numpy's, divided by the number of values.</summary>
    /// <param name="Epsilon">At least 0.</param>
    public sealed record ZeroMeanUnitVariance(double Epsilon, bool PerDataset) : ExternalOperation;

    /// <summary>(value - Mean) / (StandardDeviation + Epsilon), both given by the package.</summary>
    /// <param name="StandardDeviation">Above 0.</param>
    /// <param name="Epsilon">At least 0; 0 for packages of 0.5, which have none here.</param>
    public sealed record FixedZeroMeanUnitVariance(double Mean, double StandardDeviation, double Epsilon) : ExternalOperation;

    /// <summary>value x Gain + Offset.</summary>
    public sealed record ScaleLinear(double Gain, double Offset) : ExternalOperation;

    /// <summary>Values below Min become Min, above Max, Max; infinite where the package bounds one side only.</summary>
    public sealed record Clip(double Min, double Max) : ExternalOperation;

    /// <summary>1 / (1 + exp(-value)).</summary>
    public sealed record Sigmoid : ExternalOperation;
}
