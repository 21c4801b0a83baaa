using System.Text.Json.Serialization;

namespace SrBatch.Core.Trust;

/// <summary>One kind of planes that a model was trained on: those of a group and channel.</summary>
public sealed record InputKind
{
    /// <summary>The manifest's group; null where there are too many kinds to tell apart.</summary>
    public string? Group { get; init; }

    /// <summary>Index of the input's channel; null where inputs have no such axis, or as above.</summary>
    public long? Channel { get; init; }

    /// <summary>Training planes measured.</summary>
    public required int Planes { get; init; }

    /// <summary>Images whose planes were held out to find the limits.</summary>
    public required int HeldOut { get; init; }

    /// <summary>What good planes rarely exceed: of the Mahalanobis distance, and of the farthest single feature in standard deviations.</summary>
    public required double DistanceLimit { get; init; }
    public required double FeatureLimit { get; init; }

    /// <summary>How the features of its planes are distributed.</summary>
    [JsonIgnore]
    public ShrunkGaussian Distribution { get; init; } = new([], [], []);
}
