using System.Text.Json;
using System.Text.Json.Serialization;

namespace SrBatch.Core.Planning;

/// <summary>Writes element types under their numpy names, e.g. <c>uint16</c>.</summary>
internal sealed class NumpyNameConverter() : JsonStringEnumConverter<ElementType>(new LowerCase(), allowIntegerValues: false)
{
    private sealed class LowerCase : JsonNamingPolicy
    {
#pragma warning disable CA1308 // numpy's names are lower case
        public override string ConvertName(string name) => name.ToLowerInvariant();
#pragma warning restore CA1308
    }
}
