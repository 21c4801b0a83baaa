using System.Globalization;
using System.Text;

namespace SrBatch.Worker.Cluster;

/// <summary>
/// Counts the processes of srbatch that work in this job on this node. A batch script may start several in the background; Slurm then
/// knows of one task, and each process would plan with all of the job's memory. In a step with its own part of the memory
/// (<see cref="NodeTasks.IsInPart"/>), only the processes of the step count.
/// </summary>
internal static class JobNeighbours
{
    /// <summary>The variable that a supervisor sets for its child. Children do not count.</summary>
    public const string OfChildren = "SRBATCH_SUPERVISOR";

    private static readonly string[] Verbs = ["train", "infer", "evaluate", "register", "run"];

    /// <returns>Number of processes, this one included; 1 outside a job.</returns>
    public static int Count()
    {
        if (Environment.GetEnvironmentVariable("SLURM_JOB_ID") is not { } job || Environment.ProcessPath is not { } program)
        {
            return 1;
        }
        string? node = Environment.GetEnvironmentVariable("SLURMD_NODENAME");
        string? step = NodeTasks.IsInPart(Environment.GetEnvironmentVariable) ? Environment.GetEnvironmentVariable("SLURM_STEP_ID") : null;
        int count = 0;
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out _) && IsNeighbour(process))
            {
                count++;
            }
        }
        return Math.Max(1, count);

        bool IsNeighbour(string process)
        {
            try
            {
                if (new FileInfo($"{process}/exe").LinkTarget != program
                    || !Strings($"{process}/cmdline").Skip(1).Take(1).Any(Verbs.Contains))
                {
                    return false;
                }
                string[] environment = Strings($"{process}/environ");
                return environment.Contains($"SLURM_JOB_ID={job}")
                    && (node is null || environment.Contains($"SLURMD_NODENAME={node}"))
                    && (step is null || environment.Contains($"SLURM_STEP_ID={step}"))
                    && !environment.Any(entry => entry.StartsWith(OfChildren + "=", StringComparison.Ordinal));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                return false; // it has ended, or belongs to another user
            }
        }
    }

    private static string[] Strings(string file) => Encoding.UTF8.GetString(File.ReadAllBytes(file)).Split('\0');
}
