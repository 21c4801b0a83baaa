using System.Globalization;

namespace SrBatch.Storage.Crashes;

/// <summary>
/// Detects whether the kernel kills processes for lack of memory: on this machine, or in this process's control group, which has the
/// memory limit of a job or is part of the one that has it.
/// </summary>
public static class OutOfMemory
{
    private const string Counter = "oom_kill ", Groups = "/sys/fs/cgroup";

    /// <returns>
    /// Number of processes killed on this machine since boot; null if the kernel does not count them (before Linux 4.13).
    /// </returns>
    public static long? Kills() => Count("/proc/vmstat");

    /// <returns>Number of processes killed in this process's control group; on this machine, where groups do not count.</returns>
    public static long? KillsOfGroup() => GroupFiles(Lines("/proc/self/cgroup")).Select(Count).FirstOrDefault(count => count is not null)
        ?? Kills();

    /// <summary>Whether it may have killed a process since then; true if it does not count them.</summary>
    /// <param name="before">Result of <see cref="Kills"/> at that time.</param>
    public static bool HappenedSince(long? before) => before is null || Kills() is not { } now || now > before;

    /// <summary>Like <see cref="HappenedSince"/>, for <see cref="KillsOfGroup"/>.</summary>
    public static bool HappenedInGroupSince(long? before) => before is null || KillsOfGroup() is not { } now || now > before;

    /// <param name="groups">Of /proc/self/cgroup: <c>4:memory:/slurm/job_1</c> (version 1), <c>0::/slurm/job_1</c> (version 2).</param>
    /// <returns>The files that count kills, of version 1 before version 2.</returns>
    internal static IEnumerable<string> GroupFiles(IEnumerable<string> groups) => groups
        .Select(line => line.Split(':', 3))
        .Where(parts => parts.Length == 3)
        .OrderByDescending(parts => parts[1].Length)
        .Select(parts => parts[1].Split(',').Contains("memory") ? $"{Groups}/memory{parts[2]}/memory.oom_control"
            : parts[1].Length == 0 ? $"{Groups}{parts[2]}/memory.events" : "")
        .Where(file => file.Length > 0);

    private static long? Count(string file) =>
        Lines(file).FirstOrDefault(line => line.StartsWith(Counter, StringComparison.Ordinal)) is { } found
            && long.TryParse(found.AsSpan(Counter.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                ? count
                : null;

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
