namespace SrBatch.Core.Quality;

/// <summary>A column of <c>quality.parquet</c>.</summary>
/// <param name="name">In the file.</param>
/// <param name="isRequired">Whether it is never null.</param>
public abstract class QualityColumn(string name, bool isRequired)
{
    public string Name { get; } = name;
    public bool IsRequired { get; } = isRequired;
}
