using System.Collections.Concurrent;
using System.Diagnostics;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Tiling;
using SrBatch.Torch.Inference;

namespace SrBatch.Pipelines.Inference;

/// <summary>
/// Reading, the network and writing side by side, image after image, with short queues between them: the network waits for a disk only when the disk is slower.
/// </summary>
/// <param name="reading">The first stage.</param>
/// <param name="network">The second: one array a dataset of the output.</param>
/// <param name="writing">The third.</param>
/// <param name="times">Takes what the network spends and waits.</param>
internal sealed class InferencePipeline(ImageReading reading, Func<BlockItem, CancellationToken, float[][]> network, ImageWriting writing, StageTimes times)
{
    /// <summary>Blocks that wait before the network: one is enough where stages are even, two where images are small.</summary>
    private const int Waiting = 2;

    /// <summary>Runs until all images are done, or until a signal comes: then what the network has done is kept, and the rest is left.</summary>
    /// <param name="images">Asked for one by one when there is room; may wait, and ends when its token is set.</param>
    /// <param name="stop">Set by a signal.</param>
    /// <exception cref="SrBatchException">The disk did not take the output (exit 74).</exception>
    public void Run(Func<CancellationToken, IEnumerable<PlannedImage>> images, CancellationToken stop)
    {
        using var read = new BlockingCollection<WorkItem>(Waiting);
        using var enhanced = new BlockingCollection<WorkItem>(1); // what waits here, a kill takes
        using var failed = new CancellationTokenSource();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, failed.Token);
        Task reader = OnItsOwn(() =>
        {
            try
            {
                reading.ReadAll(images(end.Token), item => read.Add(item, end.Token), end.Token);
            }
            finally
            {
                read.CompleteAdding();
            }
        });
        Task writer = OnItsOwn(() =>
        {
            try
            {
                foreach (WorkItem item in enhanced.GetConsumingEnumerable())
                {
                    writing.Take(item);
                }
            }
            catch
            {
                failed.Cancel();
                throw;
            }
        });
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
            try
            {
                Join(writer);
                times.WaitedForEnd(started);
            }
            finally
            {
                failed.Cancel();
                Join(reader);
            }
        }
    }

    private void Enhance(BlockingCollection<WorkItem> read, BlockingCollection<WorkItem> enhanced, CancellationToken end, CancellationToken failed)
    {
        while (true)
        {
            long started = Stopwatch.GetTimestamp();
            if (!read.TryTake(out WorkItem? item, Timeout.Infinite, end))
            {
                return;
            }
            times.WaitedForReading(started);
            started = Stopwatch.GetTimestamp();
            if (item is EndItem { Work.Fault: { } fault } last)
            {
                item = last with { Fault = last.Fault ?? fault };
            }
            if (item is BlockItem block)
            {
                if (block.Work.Fault is not null || Run(block, end) is not { } values)
                {
                    continue;
                }
                TileBlock tile = block.Work.Blocks[block.Block];
                long computed = tile.Rows.WindowLength * tile.Columns.Sum(column => column.WindowLength), kept = tile.Rows.KeepLength * tile.Columns.Sum(column => column.KeepLength);
                block.Work.Spent(block.Plane, times.Network(started, computed, kept));
                item = block with { Pixels = BlockPixels.None, Enhanced = values };
            }
            started = Stopwatch.GetTimestamp();
            // Even when a signal came: what is done is kept.
            enhanced.Add(item, failed);
            times.WaitedForWriting(started);
        }
    }

    /// <returns>Null, and the image's fault noted, when the network refuses the image: the others go on.</returns>
    private float[][]? Run(BlockItem block, CancellationToken end)
    {
        try
        {
            return network(block, end);
        }
        catch (Exception fault) when (ImageFault.Of(fault) is { } known)
        {
            block.Work.Fault = known;
            return null;
        }
    }

    private static Task OnItsOwn(Action stage) => Task.Factory.StartNew(stage, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Join(Task stage)
    {
        try
        {
            stage.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // It was told to end.
        }
    }
}
