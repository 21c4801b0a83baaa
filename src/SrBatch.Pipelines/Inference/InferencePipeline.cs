using System.Collections.Concurrent;
using System.Diagnostics;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Tiling;
using SrBatch.Torch.Inference;

namespace SrBatch.Pipelines.Inference;

/// <summary>
/// Reading, the network, writing and scoring side by side, image after image, with short queues between them: the network waits only for a
/// stage that is slower.
/// </summary>
/// <param name="reading">The first stage.</param>
/// <param name="network">The second: returns one array for each dataset of the output.</param>
/// <param name="writing">The third.</param>
/// <param name="scoring">The last.</param>
/// <param name="times">Takes what the network spends and waits.</param>
internal sealed class InferencePipeline(
    ImageReading reading,
    Func<BlockItem, CancellationToken, float[][]> network,
    ImageWriting writing,
    ImageScoring scoring,
    StageTimes times)
{
    /// <summary>Items that wait before a stage: one is enough where stages are even, two where images are small.</summary>
    private const int Waiting = 2;

    /// <summary>Begun, and not ended yet.</summary>
    private readonly ConcurrentDictionary<ImageWork, bool> _open = [];

    /// <summary>
    /// Runs until all images are done, or until a signal comes: then what the network has done is kept, and the rest is left.
    /// </summary>
    /// <param name="images">Asked for one by one when there is room; may wait, and ends when its token is set.</param>
    /// <param name="stop">Set by a signal.</param>
    /// <exception cref="SrBatchException">The disk did not take the output (exit 74).</exception>
    public void Run(Func<CancellationToken, IEnumerable<PlannedImage>> images, CancellationToken stop)
    {
        using var read = new BlockingCollection<WorkItem>(Waiting);
        using var enhanced = new BlockingCollection<WorkItem>(1); // a kill loses what waits here
        using var written = new BlockingCollection<WorkItem>(Waiting);
        using var failed = new CancellationTokenSource();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, failed.Token);
        Task reader = OnItsOwn(() => Producing(read, () => reading.ReadAll(
            images(end.Token), work => _open[work] = true, item => read.Add(item, end.Token), end.Token)));
        Task writer = OnItsOwn(() => Producing(written, () => Consuming(enhanced, failed, item =>
        {
            writing.Take(item);
            if (item is not BlockItem)
            {
                written.Add(item, failed.Token);
            }
        })));
        Task scorer = OnItsOwn(() => Consuming(written, failed, Score));
        try
        {
            Enhance(read, enhanced, end.Token, failed.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The stages' own faults come below.
        }
        finally
        {
            enhanced.CompleteAdding();
            long started = Stopwatch.GetTimestamp();
            Wait(writer, scorer);
            times.WaitedForEnd(started);
            failed.Cancel();
            Wait(reader);
            foreach (ImageWork interrupted in _open.Keys)
            {
                interrupted.Dispose();
            }
            ThrowFirstFault(scorer, writer, reader);
        }
    }

    private void Enhance(
        BlockingCollection<WorkItem> read,
        BlockingCollection<WorkItem> enhanced,
        CancellationToken end,
        CancellationToken failed)
    {
        while (true)
        {
            long started = Stopwatch.GetTimestamp();
            if (!read.TryTake(out WorkItem? item, Timeout.Infinite, end))
            {
                return;
            }
            times.WaitedForReading(started);
            if (item is BlockItem block)
            {
                ImageFault.Within(block.Plane.Image, () => item = Enhanced(block, end));
                if (block.Plane.Image.Fault is not null)
                {
                    continue;
                }
            }
            started = Stopwatch.GetTimestamp();
            // Even when a signal came: what is done is kept.
            enhanced.Add(item, failed);
            times.WaitedForWriting(started);
        }
    }

    private BlockItem Enhanced(BlockItem block, CancellationToken end)
    {
        long started = Stopwatch.GetTimestamp();
        float[][] values = network(block, end);
        TileBlock tile = block.Plane.Blocks[block.Block];
        long computed = tile.Rows.WindowLength * tile.Columns.Sum(column => column.WindowLength);
        long kept = tile.Rows.KeepLength * tile.Columns.Sum(column => column.KeepLength);
        block.Plane.Spent(times.Network(started, computed, kept));
        return block with { Pixels = BlockPixels.None, Enhanced = values };
    }

    private void Score(WorkItem item)
    {
        scoring.Take(item);
        if (item is EndItem { Work: { } work })
        {
            _open.TryRemove(work, out _);
        }
    }

    private static Task OnItsOwn(Action stage) =>
        Task.Factory.StartNew(stage, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Runs a stage, and tells the next one when nothing more comes.</summary>
    private static void Producing(BlockingCollection<WorkItem> next, Action stage)
    {
        try
        {
            stage();
        }
        finally
        {
            next.CompleteAdding();
        }
    }

    /// <summary>Runs a stage on all that comes; its fault ends the other stages.</summary>
    private static void Consuming(BlockingCollection<WorkItem> items, CancellationTokenSource failed, Action<WorkItem> take)
    {
        try
        {
            foreach (WorkItem item in items.GetConsumingEnumerable())
            {
                take(item);
            }
        }
        catch
        {
            failed.Cancel();
            throw;
        }
    }

    private static void Wait(params Task[] stages) =>
        Task.WhenAll(stages).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Wait();

    /// <summary>A stage that was told to end has no fault.</summary>
    private static void ThrowFirstFault(params Task[] stages)
    {
        foreach (Task stage in stages.Where(stage => stage.Exception?.InnerException is not (null or OperationCanceledException)))
        {
            stage.GetAwaiter().GetResult();
        }
    }
}
