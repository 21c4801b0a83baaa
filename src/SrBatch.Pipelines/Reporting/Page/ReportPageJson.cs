using System.Text.Json.Serialization;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>Serialisers made at compile time: Native AOT has no others. Escapes &lt;, &gt;, &amp; and quotes: what it writes cannot end a script element.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReportPage))]
internal sealed partial class ReportPageJson : JsonSerializerContext;
