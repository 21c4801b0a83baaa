using System.Text.Json.Serialization;

namespace SrBatch.Core.Progress;

/// <summary>Serialisers made at compile time: Native AOT has no others.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TaskUsage))]
internal sealed partial class TaskUsageJson : JsonSerializerContext;
