using System.Text.Json.Serialization;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>
/// Serialisers generated at compile time, as Native AOT needs them. They escape &lt;, &gt;, &amp; and quotes, so that the JSON cannot end a
/// script element.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReportPage))]
internal sealed partial class ReportPageJson : JsonSerializerContext;
