using SrBatch.Core.Planning;
using SrBatch.Core.Quality;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>An output that was read; its planes are being scored.</summary>
/// <param name="Image">Of the plan.</param>
/// <param name="Planes">One for each plane.</param>
/// <param name="Output">The columns that name the output and what it was scored with.</param>
internal sealed record ScoredImage(PlannedImage Image, IReadOnlyList<Task<QualityRow>> Planes, Func<QualityRow, QualityRow> Output)
{
    public bool IsDone => Planes.All(plane => plane.IsCompleted);

    /// <returns>One row for each plane; waits for the last.</returns>
    public QualityRow[] Rows() => [.. Planes.Select(plane => Output(plane.GetAwaiter().GetResult()))];
}
