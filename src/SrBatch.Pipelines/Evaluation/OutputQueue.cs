using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Crashes;

namespace SrBatch.Pipelines.Evaluation;

/// <summary>
/// Reads outputs one after another, since a crash of libhdf5 must name its image, while the planes of those before are scored.
/// </summary>
internal sealed class OutputQueue(
    EvaluatedFolder folder, OutputEvaluator evaluator, ScoringThreads threads, QualityPart part, TaskState state, RunContext context)
{
    private readonly Queue<ScoredImage> _open = [];

    /// <param name="images">Their outputs exist.</param>
    /// <param name="rows">Takes the rows, which are kept in the part, too.</param>
    /// <returns>False if a signal came before all were scored.</returns>
    public bool Score(IReadOnlyList<PlannedImage> images, List<QualityRow> rows)
    {
        using IDisposable progress = context.Progress.Begin("evaluate", "images", images.Count);
        try
        {
            foreach (PlannedImage image in images)
            {
                context.Stop.ThrowIfCancellationRequested();
                Read(image, rows);
                Take(rows, all: false);
            }
            return true;
        }
        catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            CrashMark.EnterImage(null);
            Take(rows, all: true);
        }
    }

    private void Read(PlannedImage image, List<QualityRow> rows)
    {
        string path = folder.PathOf(image);
        try
        {
            CrashMark.EnterImage(image.Id);
            _open.Enqueue(evaluator.Read(image, path, folder.Dataset, threads.Begin));
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            Fail(evaluator.ReadFailure(image, path, fault, folder.Advice), rows);
        }
    }

    /// <summary>Takes the images whose planes are all scored, in order.</summary>
    private void Take(List<QualityRow> rows, bool all)
    {
        while (_open.TryPeek(out ScoredImage? image) && (all || image.IsDone))
        {
            QualityRow[] scored;
            try
            {
                scored = _open.Dequeue().Rows();
            }
            catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
            {
                Fail(evaluator.Failure(image.Image, fault.Message), rows);
                continue;
            }
            Add(scored, rows);
        }
    }

    private void Fail(QualityRow failure, List<QualityRow> rows)
    {
        Log.ImageFailed(context.Log, failure.Image, failure.Reasons!);
        Add([failure], rows);
    }

    private void Add(QualityRow[] image, List<QualityRow> rows)
    {
        rows.AddRange(image);
        part.Add(image);
        if (Array.Exists(image, row => row.IsFailure))
        {
            state.ImageFailed();
        }
        else
        {
            state.ImageDone();
        }
        context.Progress.Advance();
    }
}
