using System.Text.Json.Serialization;

namespace SrBatch.Pipelines.Reporting;

/// <summary>Serialisers made at compile time: Native AOT has no others.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunStatus))]
internal sealed partial class RunStatusJson : JsonSerializerContext;
