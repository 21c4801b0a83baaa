using System.Text.Json.Serialization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Core.Training;

namespace SrBatch.Core.Models;

/// <summary>Serialisers generated at compile time, as Native AOT requires.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters =
    [
        typeof(WordConverter<LossKind>),
        typeof(WordConverter<LearningRateSchedule>),
        typeof(WordConverter<TargetIntensity>),
        typeof(WordConverter<PixelLoss>),
        typeof(WordConverter<SegmentKind>),
    ],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class ModelCardJson : JsonSerializerContext;
