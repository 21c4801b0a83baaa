using System.Text.Json.Serialization;

namespace SrBatch.Core.Quality;

/// <summary>Serialisers made at compile time: Native AOT has no others.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(QualityRow[]))]
internal sealed partial class QualityJsonContext : JsonSerializerContext;
