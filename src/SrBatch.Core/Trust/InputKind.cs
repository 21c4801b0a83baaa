using System.Text.Json.Serialization;

namespace SrBatch.Core.Trust;

/// <summary>One kind of planes that a model was trained on: the planes of one group and channel.</summary>
public sealed record InputKind
{
    /// <summary>The group in the manifest; null when all planes form one kind because there were too many kinds.</summary>
    public string? Group { get; init; }

    /// <summary>Index of the input's channel; null when inputs have no channel axis, or when all planes form one kind.</summary>
    public long? Channel { get; init; }

    /// <summary>Number of training planes measured.</summary>
    public required int Planes { get; init; }

    /// <summary>Number of images whose planes were held out to find the limits.</summary>
    public required int HeldOut { get; init; }

    /// <summary>Limit of the Mahalanobis distance that good planes rarely exceed.</summary>
    public required double DistanceLimit { get; init; }

    /// <summary>Limit of the deviation of any single feature that good planes rarely exceed, standard deviations.</summary>
    public required double FeatureLimit { get; init; }

    /// <summary>Distribution of the features of the planes.</summary>
    [JsonIgnore]
    public ShrunkGaussian Distribution { get; init; } = new([], [], []);
}
