using System.Text.Json.Serialization;

namespace SrBatch.Core.Progress;

/// <summary>Serialisers made at compile time: Native AOT has no others.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(Claimant))]
public sealed partial class ClaimantJson : JsonSerializerContext;
