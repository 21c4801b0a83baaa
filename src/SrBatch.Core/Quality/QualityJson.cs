using System.Text.Json;

namespace SrBatch.Core.Quality;

/// <summary>The rows of one image as JSON, as they lie in its output's attribute <c>quality</c>: should a part file be lost with its task, nothing has to be computed again.</summary>
public static class QualityJson
{
    /// <summary>Without clock, host, job and duration: the same work gives the same bytes.</summary>
    public static string Write(IReadOnlyList<QualityRow> rows) => JsonSerializer.Serialize(
        [.. rows.Select(row => row with { Run = "", Seconds = null, Device = null, SlurmJobId = null, SlurmArrayTaskId = null, Attempt = 1, FinishedAt = null })],
        QualityJsonContext.Default.QualityRowArray);

    /// <exception cref="JsonException">Not written by this version.</exception>
    public static IReadOnlyList<QualityRow> Read(string json) => JsonSerializer.Deserialize(json, QualityJsonContext.Default.QualityRowArray) ?? [];
}
