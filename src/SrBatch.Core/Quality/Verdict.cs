using System.Text.Json.Serialization;

namespace SrBatch.Core.Quality;

/// <summary>Whether an image may be believed; in Parquet <c>pass</c>, <c>warn</c>, <c>fail</c>.</summary>
public enum Verdict
{
    [JsonStringEnumMemberName("pass")]
    Pass,

    [JsonStringEnumMemberName("warn")]
    Warn,

    [JsonStringEnumMemberName("fail")]
    Fail,
}
