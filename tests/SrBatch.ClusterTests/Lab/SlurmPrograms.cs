namespace SrBatch.ClusterTests.Lab;

/// <summary>Slurm's and munge's programs on this machine.</summary>
internal static class SlurmPrograms
{
    public const string Packages = "slurmctld slurmd slurm-client munge";

    private static readonly string[] Needed = ["munged", "munge", "slurmctld", "slurmd", "sbatch", "scancel", "scontrol", "sinfo", "squeue"];

    /// <summary>Daemons lie where an ordinary user's PATH does not lead.</summary>
    private static readonly string[] Folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries), "/usr/local/sbin", "/usr/sbin", "/sbin"];

    public static IReadOnlyList<string> Missing() => [.. Needed.Where(program => TryFind(program) is null)];

    public static string Find(string program) => TryFind(program) ?? throw new FileNotFoundException($"{program} is not installed (apt-get install {Packages})");

    private static string? TryFind(string program) => Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
