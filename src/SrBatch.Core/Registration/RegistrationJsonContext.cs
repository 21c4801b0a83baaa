using System.Text.Json.Serialization;

namespace SrBatch.Core.Registration;

/// <summary>Serialisers made at compile time: Native AOT has no others.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RegistrationRow[]))]
public sealed partial class RegistrationJsonContext : JsonSerializerContext;
