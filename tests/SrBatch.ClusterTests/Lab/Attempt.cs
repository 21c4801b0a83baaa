using System.Text.RegularExpressions;

namespace SrBatch.ClusterTests.Lab;

/// <summary>One of the times that a job ran, as Slurm's log of completions has it.</summary>
/// <param name="JobId">As <see cref="ClusterJob.JobId"/>.</param>
/// <param name="State">FAILED too where RequeueExit puts the job back into the queue.</param>
/// <param name="ExitCode">Code and signal: 75:0, 0:9.</param>
/// <param name="Node">That it ran on.</param>
internal sealed partial record Attempt(string JobId, string State, string ExitCode, string Node)
{
    /// <summary>What the line has that Slurm writes when a job is requeued that has ended: no attempt.</summary>
    private const string NoNodes = " NodeCnt=0 ";

    /// <returns>Attempts of all jobs, in order of their ends; none when there is no log yet.</returns>
    public static IReadOnlyList<Attempt> Read(string log) =>
        File.Exists(log) ? [.. File.ReadLines(log).Where(line => line.Length > 0 && !line.Contains(NoNodes, StringComparison.Ordinal)).Select(Parse)] : [];

    private static Attempt Parse(string line)
    {
        // Nothing stands for an unknown value.
        string Of(string name) => Field().Matches(line).FirstOrDefault(match => match.Groups[1].Value == name)?.Groups[2].Value ?? "";
        return new Attempt(Of("JobId"), Of("JobState"), Of("ExitCode"), Of("NodeList"));
    }

    [GeneratedRegex(@"(?<=^|\s)(\w+)=(\S*)")]
    private static partial Regex Field();
}
