namespace SrBatch.Core.Models;

/// <summary>
/// A step before or after an external model, as defined by the BioImage.IO specification (bioimage-io/spec-bioimage-io, model 0.4 and 0.5).
/// Statistics are over y and x. They are of each image alone or, when PerDataset is true, of all images together; BioImage.IO's own
/// program, given one image, treats that image as the dataset.
/// </summary>
public abstract record ExternalOperation
{
    private ExternalOperation()
    {
    }

    /// <summary>(value - low) / (high - low + Epsilon), where low and high are the values at two percentiles.</summary>
    /// <param name="LowPercentile">0 to below <paramref name="HighPercentile"/>.</param>
    /// <param name="HighPercentile">At most 100.</param>
    /// <param name="Epsilon">At least 0.</param>
    public sealed record ScaleRange(double LowPercentile, double HighPercentile, double Epsilon, bool PerDataset) : ExternalOperation;

    /// <summary>
    /// (value - mean) / (standard deviation + Epsilon), both computed from the data. The deviation is numpy's default: the variance divides
    /// by n.
    /// </summary>
    /// <param name="Epsilon">At least 0.</param>
    public sealed record ZeroMeanUnitVariance(double Epsilon, bool PerDataset) : ExternalOperation;

    /// <summary>(value - Mean) / (StandardDeviation + Epsilon), with numbers given by the package.</summary>
    /// <param name="StandardDeviation">Above 0.</param>
    /// <param name="Epsilon">At least 0; 0 for packages of version 0.5, which have no epsilon here.</param>
    public sealed record FixedZeroMeanUnitVariance(double Mean, double StandardDeviation, double Epsilon) : ExternalOperation;

    /// <summary>value x Gain + Offset.</summary>
    public sealed record ScaleLinear(double Gain, double Offset) : ExternalOperation;

    /// <summary>Limits values to Min and Max. A limit that the package does not give is infinite.</summary>
    public sealed record Clip(double Min, double Max) : ExternalOperation;

    /// <summary>1 / (1 + exp(-value)).</summary>
    public sealed record Sigmoid : ExternalOperation;
}
