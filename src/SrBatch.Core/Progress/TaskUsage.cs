using System.Text.Json;

namespace SrBatch.Core.Progress;

/// <summary>What one attempt of a task used so far.</summary>
/// <param name="Device">Where it computes: <c>cpu</c> or <c>cuda:N</c>.</param>
/// <param name="Seconds">Since it began.</param>
/// <param name="CpuSeconds">Of all cores together.</param>
/// <param name="GpuSeconds">Since it took its GPU, busy or not; 0 without one.</param>
public sealed record TaskUsage(string Device, double Seconds, double CpuSeconds, double GpuSeconds)
{
    /// <summary>One line; docs/run-folder.md explains the keys.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, TaskUsageJson.Default.TaskUsage);
}
