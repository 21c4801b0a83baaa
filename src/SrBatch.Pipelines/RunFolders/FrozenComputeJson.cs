using System.Text.Json.Serialization;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>Serialisers generated at compile time, as Native AOT requires.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FrozenCompute))]
internal sealed partial class FrozenComputeJson : JsonSerializerContext;
