using System.Text.Json.Serialization;
using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;

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
    ],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class ModelCardJson : JsonSerializerContext;
