using System.Diagnostics;
using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Planning;
using SrBatch.Storage.Crashes;
using SrBatch.Storage.Hdf5;
using SrBatch.Torch.Inference;

namespace SrBatch.Worker.Runs;

/// <summary>The first stage: opens images one after the other, finds their intensities, and reads and normalises the blocks that are not done.</summary>
/// <param name="begin">Makes an image's work.</param>
/// <param name="percentileLow">Of a channel: 0 in the network's eyes.</param>
/// <param name="percentileHigh">Of a channel: 1 in the network's eyes.</param>
/// <param name="reading">How images are opened.</param>
/// <param name="times">Takes what this stage spends.</param>
internal sealed class ImageReading(Func<PlannedImage, ImageWork> begin, double percentileLow, double percentileHigh, Hdf5ReadOptions reading, StageTimes times)
{
    /// <summary>Hands on every image's blocks, and after them its end. A fault ends its image alone.</summary>
    public void ReadAll(IEnumerable<PlannedImage> images, Action<WorkItem> handOn, CancellationToken stop)
    {
        foreach (PlannedImage image in images)
        {
            stop.ThrowIfCancellationRequested();
            ImageWork? work = null;
            SrBatchException? fault = null;
            try
            {
                CrashMark.EnterImage(image.Id);
                if (image.Problem is not null)
                {
                    throw new SrBatchException(ExitCode.ImagesFailed, $"{image.Problem} (found when the plan was made; once it is mended, delete the run's plan.json and run again: what is done stays done)");
                }
                work = begin(image);
                ReadBlocks(work, handOn, stop);
            }
            catch (SrBatchException failed) when (failed.ExitCode == ExitCode.ImagesFailed)
            {
                fault = failed;
            }
            handOn(new EndItem(image, work, fault));
        }
    }

    private void ReadBlocks(ImageWork work, Action<WorkItem> handOn, CancellationToken stop)
    {
        PlannedDataset dataset = work.Image.Input!;
        PlaneSource? source = null;
        try
        {
            var ranges = new Dictionary<long, IntensityRange>();
            for (int plane = 0; plane < work.Planes.Count; plane++)
            {
                if (Enumerable.Range(0, work.Blocks.Count).All(block => work.Done.Has(work.Number(plane, block))))
                {
                    continue;
                }
                PlaneIndex index = work.Planes[plane].Input;
                if (!ranges.TryGetValue(index.C, out IntensityRange range))
                {
                    long started = Stopwatch.GetTimestamp();
                    ranges[index.C] = range = Reading(open => open.Range(index.C, percentileLow, percentileHigh, stop));
                    work.Spent(plane, times.Read(started));
                }
                var reader = new BlockReader(dataset.Height, dataset.Width, range, (row, column, rows, columns, destination) => source!.Read(index, row, column, rows, columns, destination));
                for (int block = 0; block < work.Blocks.Count; block++)
                {
                    if (!work.Done.Has(work.Number(plane, block)))
                    {
                        stop.ThrowIfCancellationRequested();
                        long started = Stopwatch.GetTimestamp();
                        BlockPixels pixels = Reading(_ => reader.Read(work.Blocks[block]));
                        work.Spent(plane, times.Read(started));
                        handOn(new BlockItem(work, plane, block, range, pixels, []));
                    }
                }
            }
        }
        finally
        {
            source?.Dispose();
        }

        // What is open of a file that another machine replaced stays stale: each attempt opens it anew.
        T Reading<T>(Func<PlaneSource, T> read) => reading.Retry.Run(
            () =>
            {
                try
                {
                    return read(source ??= new PlaneSource(dataset, reading));
                }
                catch
                {
                    source?.Dispose();
                    source = null;
                    throw;
                }
            },
            stop);
    }
}
