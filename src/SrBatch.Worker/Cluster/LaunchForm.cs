using System.Globalization;
using SrBatch.Pipelines.Host;

namespace SrBatch.Worker.Cluster;

/// <summary>Checks whether Slurm's signals reach this process, which depends on how the job's script started it.</summary>
internal static class LaunchForm
{
    private static readonly string[] Shells = ["sh", "bash", "dash", "zsh", "ksh", "mksh", "csh", "tcsh", "fish"];

    /// <returns>Advice for the user when a signal would end only the script, so that this process is killed later; else null.</returns>
    public static string? Hint(SlurmJob slurm) =>
        slurm.JobId is null || Console.IsInputRedirected is false ? null : Hint(slurm, ParentName());

    /// <param name="slurm">The job.</param>
    /// <param name="parent">File name of the program that started this one; null: unknown.</param>
    internal static string? Hint(SlurmJob slurm, string? parent) => slurm.JobId is not null && Shells.Contains(parent)
        ? $"started as a child of {parent} in job {slurm.JobId}: Slurm signals only the script, so scancel, preemption, requeueing and "
            + "the time limit kill srbatch without a warning (finished work stays). Write 'exec srbatch ...' as the script's last command, "
            + "or 'srun srbatch ...' (docs/slurm.md). Ignore this if the script forwards signals."
        : null;

    private static string? ParentName()
    {
        try
        {
            string stat = File.ReadAllText("/proc/self/stat"); // 123 (srbatch) S 122 ...
            string parent = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1];
            // Not the name in stat: for a script that would be the script's file name.
            return Path.GetFileName(new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{parent}/exe")).LinkTarget);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null; // the kernel hides it: then there is no hint
        }
    }
}
