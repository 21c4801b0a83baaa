namespace SrBatch.Pipelines.Models;

/// <summary>The model of some images, or several whose outputs are averaged. Equal if the paths are.</summary>
/// <param name="Paths">Model files or packages; at least one.</param>
internal sealed record ModelPaths(IReadOnlyList<string> Paths)
{
    public bool Equals(ModelPaths? other) => other is not null && Paths.SequenceEqual(other.Paths);

    public override int GetHashCode() => Paths.Aggregate(0, HashCode.Combine);

    public override string ToString() => string.Join(", ", Paths);
}
