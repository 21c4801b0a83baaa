using SrBatch.Tests.Architecture;

namespace SrBatch.ClusterTests.Scripts;

/// <summary>The batch scripts that users get.</summary>
internal static class ShippedScripts
{
    public static IEnumerable<string> Names { get; } = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "slurm"), "*.sbatch").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    /// <param name="name">Say train.sbatch.</param>
    public static string PathOf(string name) => Path.Combine(SourceTree.Root, "slurm", name);
}
