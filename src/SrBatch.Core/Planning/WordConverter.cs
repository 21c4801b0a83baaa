using System.Text.Json;
using System.Text.Json.Serialization;

namespace SrBatch.Core.Planning;

/// <summary>Writes enums in camel case, as in manifests: <c>oneCycle</c>.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
