using SrBatch.ClusterTests.Lab;
using SrBatch.ClusterTests.Scripts;
using SrBatch.Tests.EndToEnd;

namespace SrBatch.ClusterTests;

/// <summary>Submits our batch scripts with the published binary, one processor and 1500 MB a task.</summary>
internal static class ShippedJob
{
    /// <summary>For a job of seconds, on a busy machine.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    /// <param name="logs">Folder that gets <c>NAME-JOB.log</c>, in arrays <c>NAME-ARRAY_TASK.log</c>.</param>
    /// <param name="script">Of <see cref="ShippedScripts"/>.</param>
    /// <param name="options">Of sbatch.</param>
    /// <param name="arguments">Of srbatch, beside manifest, run and <c>--threads 1</c>.</param>
    /// <param name="environment">Of the script, beside what is above.</param>
    /// <returns>The job's id.</returns>
    public static string SubmitScript(this SlurmLab lab, string logs, string script, string manifest, string run, string[]? options = null, string[]? arguments = null, params (string Name, string Value)[] environment)
    {
        string output = Path.Combine(logs, options?.Any(option => option.StartsWith("--array", StringComparison.Ordinal)) == true ? "%x-%A_%a.log" : "%x-%j.log");
        return lab.SubmitIn(
            [("MANIFEST", manifest), ("RUN", run), ("SRBATCH", Srbatch.Binary), .. environment],
            ["--cpus-per-task=1", "--mem=1500M", "--time=5", "--time-min=5", $"--output={output}", .. options ?? [], ShippedScripts.PathOf(script), "--threads", "1", .. arguments ?? []]);
    }
}
