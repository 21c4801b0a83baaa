using System.Globalization;

namespace SrBatch.ClusterTests.Lab;

/// <summary>
/// Processes by an entry of the environment they were started with, as /proc shows it. Descent would not do: slurmd's slurmstepd is adopted by
/// process 1 at once, and so is every daemon and orphan.
/// </summary>
internal static class ProcessTable
{
    /// <param name="entry">NAME=value.</param>
    public static IEnumerable<ProcessIdentity> WithEnvironment(string entry)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) && EnvironmentOf(id).Contains(entry, StringComparer.Ordinal) && ProcessIdentity.Of(id) is { } process)
            {
                yield return process;
            }
        }
    }

    /// <returns>Nothing when the process has ended or is somebody else's.</returns>
    public static IReadOnlyList<string> EnvironmentOf(int id) => Read(id, "environ");

    /// <returns>Nothing when the process has ended; else the program and its arguments.</returns>
    public static IReadOnlyList<string> CommandOf(int id) => Read(id, "cmdline");

    private static string[] Read(int id, string name)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/{name}")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
