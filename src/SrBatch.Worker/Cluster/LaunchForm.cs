using System.Globalization;
using SrBatch.Pipelines.Host;

namespace SrBatch.Worker.Cluster;

/// <summary>How a job's script started this process, and whether signals can reach it so.</summary>
internal static class LaunchForm
{
    private static readonly string[] Shells = ["sh", "bash", "dash", "zsh", "ksh", "mksh", "csh", "tcsh", "fish"];

    /// <returns>What to write instead, when a signal would end the script alone and leave this process to be killed; else null.</returns>
    public static string? Hint(SlurmJob slurm) =>
        slurm.JobId is null || Console.IsInputRedirected is false ? null : Hint(slurm, ParentName());

    /// <param name="slurm">The job.</param>
    /// <param name="parent">File name of the program that started this one; null: unknown.</param>
    internal static string? Hint(SlurmJob slurm, string? parent) => slurm.JobId is not null && Shells.Contains(parent)
        ? $"started as a child of {parent} in job {slurm.JobId}: Slurm signals the script alone, so scancel, preemption, requeueing and the time limit kill srbatch without a warning (what is finished stays). Write 'exec srbatch ...' as the script's last command, or 'srun srbatch ...' (docs/slurm.md). Ignore this if the script hands signals on."
        : null;

    private static string? ParentName()
    {
        try
        {
            string stat = File.ReadAllText("/proc/self/stat"); // 123 (srbatch) S 122 ...
            string parent = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1];
            // Not its comm: of a script that is its file's name.
            return Path.GetFileName(new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{parent}/exe")).LinkTarget);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null; // the kernel hides it: no hint, then
        }
    }
}
