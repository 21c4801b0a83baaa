using System.Text.Json.Serialization;

namespace SrBatch.Core.Progress;

/// <summary>Serialisers made at compile time: Native AOT has no others.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RestartRecord))]
public sealed partial class RestartRecordJson : JsonSerializerContext;
