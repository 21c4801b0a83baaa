using System.Globalization;

namespace SrBatch.ClusterTests.Lab;

/// <summary>The kernel's control groups, version 1, as far as Slurm uses them to track and bound jobs.</summary>
internal static class ControlGroups
{
    public const string Mount = "/sys/fs/cgroup";

    private static readonly string[] Controllers = ["freezer", "devices", "memory"];

    /// <summary>Whether groups can be made here; only root can, and not in every container.</summary>
    public static bool AreWritable { get; } = Environment.IsPrivilegedProcess && Controllers.All(CanMakeGroup);

    /// <summary>Removes the groups that the nodes' slurmd's leave behind.</summary>
    /// <param name="nodePrefix">What the names of their nodes begin with.</param>
    /// <returns>Those that could not be removed, because they still have processes.</returns>
    public static IReadOnlyList<string> Remove(string nodePrefix)
    {
        foreach (string group in Of(nodePrefix))
        {
            foreach (string nested in Directory.EnumerateDirectories(group, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length).Append(group))
            {
                TryRemove(nested);
            }
        }
        return [.. Of(nodePrefix)];
    }

    private static string[] Of(string nodePrefix) => Directory.Exists(Mount)
        ? [.. Directory.EnumerateDirectories(Mount).SelectMany(controller => Directory.EnumerateDirectories(controller, $"slurm_{nodePrefix}*"))]
        : [];

    private static bool CanMakeGroup(string controller)
    {
        string probe = Path.Combine(Mount, controller, string.Create(CultureInfo.InvariantCulture, $"srbatch-probe-{Environment.ProcessId}"));
        try
        {
            Directory.CreateDirectory(probe);
            return File.Exists(Path.Combine(probe, "cgroup.procs"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            TryRemove(probe);
        }
    }

    private static void TryRemove(string group)
    {
        try
        {
            Directory.Delete(group);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It has processes, or is gone; Remove looks again.
        }
    }
}
