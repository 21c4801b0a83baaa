using System.Text.Json.Serialization;

namespace SrBatch.Core.Registration;

/// <summary>Serialisers generated at compile time, as Native AOT requires.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RegistrationRow[]))]
public sealed partial class RegistrationJsonContext : JsonSerializerContext;
