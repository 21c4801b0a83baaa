using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>Scores planes side by side, each on one thread, while the next ones are read.</summary>
internal sealed class ScoringThreads : IDisposable
{
    /// <summary>
    /// Memory for a plane: its input, output and target, ten planes in double precision while it is scored, and spectra or what a
    /// classical method needs.
    /// </summary>
    private const long BytesPerPixel = 120;

    private readonly SemaphoreSlim _free;

    /// <param name="plan">Its largest plane decides how many are scored at once.</param>
    /// <param name="context">The world outside.</param>
    public ScoringThreads(Plan plan, RunContext context)
    {
        long pixels = plan.Images.Where(image => image.Input is not null)
            .Select(image => image.Input!.Height * image.Input.Width * plan.Model.Scale * plan.Model.Scale)
            .DefaultIfEmpty(1).Max();
        Count = CountFor(pixels, context);
        _free = new SemaphoreSlim(Count);
    }

    /// <summary>Planes that are scored at once.</summary>
    public int Count { get; }

    /// <returns>How many planes of so many output pixels fit into memory at once, at most one a core.</returns>
    public static int CountFor(long pixels, RunContext context) => (int)Math.Clamp(
        new MemoryBudget(context).ForBaselines / (BytesPerPixel * Math.Max(1, pixels)), 1, context.Slurm.CpusPerTask ?? context.Node.Cores);

    /// <summary>Begins to score a plane as soon as a thread is free.</summary>
    public Task<QualityRow> Begin(Func<QualityRow> score)
    {
        _free.Wait();
        return Task.Run(() =>
        {
            try
            {
                return score();
            }
            finally
            {
                _free.Release();
            }
        });
    }

    public void Dispose() => _free.Dispose();
}
