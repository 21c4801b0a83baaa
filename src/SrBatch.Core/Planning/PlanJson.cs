using System.Text.Json.Serialization;
using SrBatch.Core.Manifests;

namespace SrBatch.Core.Planning;

/// <summary>Serialisers generated at compile time, as Native AOT requires.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters =
    [
        typeof(WordConverter<Split>),
        typeof(WordConverter<LossKind>),
        typeof(WordConverter<LearningRateSchedule>),
        typeof(WordConverter<TargetIntensity>),
        typeof(WordConverter<PixelLoss>),
        typeof(WordConverter<HaloRule>),
        typeof(WordConverter<OutputType>),
        typeof(NumpyNameConverter),
    ],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(Plan))]
internal sealed partial class PlanJson : JsonSerializerContext;
