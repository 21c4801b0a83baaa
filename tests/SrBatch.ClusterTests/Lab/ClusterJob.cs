using System.Globalization;
using System.Text.RegularExpressions;

namespace SrBatch.ClusterTests.Lab;

/// <summary>A job, or a task of a job array, as <c>scontrol show job -o</c> tells of it.</summary>
/// <param name="JobId">Each task of an array has its own; the last task has the array's.</param>
/// <param name="ArrayTaskId">Empty outside arrays; several tasks, as 2-7, while they have not started.</param>
/// <param name="State">PENDING, RUNNING, COMPLETED, ...</param>
/// <param name="Reason">Why it waits or failed; None.</param>
/// <param name="ExitCode">Code and signal of the last attempt that ended: 75:0, 0:9.</param>
/// <param name="Restarts">How often it was requeued.</param>
/// <param name="Node">Empty before it has one.</param>
/// <param name="Output">The file that its output goes to.</param>
internal sealed partial record ClusterJob(string JobId, string ArrayTaskId, string State, string Reason, string ExitCode, int Restarts, string Node, string Output)
{
    /// <summary>Whether it will not run again unless somebody asks.</summary>
    public bool HasEnded => State is not ("PENDING" or "RUNNING" or "COMPLETING" or "CONFIGURING" or "SUSPENDED" or "STOPPED" or "REQUEUED" or "RESIZING" or "SIGNALING" or "STAGE_OUT" or "SPECIAL_EXIT");

    /// <param name="text">A line a job or task.</param>
    public static IReadOnlyList<ClusterJob> Parse(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ParseLine)];

    private static ClusterJob ParseLine(string line)
    {
        // A name may come twice, as NodeList does for jobs without requested nodes; the last counts.
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match match in Field().Matches(line))
        {
            fields[match.Groups[1].Value] = match.Groups[2].Value;
        }
        string Of(string name) => fields.GetValueOrDefault(name, "") is var value && value == "(null)" ? "" : value;
        return new ClusterJob(Of("JobId"), Of("ArrayTaskId"), Of("JobState"), Of("Reason"), Of("ExitCode"), int.Parse(Of("Restarts"), CultureInfo.InvariantCulture), Of("NodeList"), Of("StdOut"));
    }

    [GeneratedRegex(@"(?<=^|\s)([\w/:]+)=(\S*)")]
    private static partial Regex Field();
}
