using System.Text.Json;
using System.Text.Json.Serialization;

namespace SrBatch.Core.Planning;

/// <summary>Enums in the manifest's own spelling: <c>oneCycle</c>.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
