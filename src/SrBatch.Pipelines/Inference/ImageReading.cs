using System.Diagnostics;
using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Planes;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Torch.Inference;

namespace SrBatch.Pipelines.Inference;

/// <summary>The first stage: opens images one after the other, finds their intensities, and reads and normalises the blocks that are not done.</summary>
/// <param name="begin">Makes an image's work; may throw exit code 65.</param>
/// <param name="intensities">What the network wants to see.</param>
/// <param name="reading">How images are opened.</param>
/// <param name="times">Takes what this stage spends.</param>
internal sealed class ImageReading(Func<PlannedImage, ImageWork> begin, IntensityRule intensities, Hdf5ReadOptions reading, StageTimes times)
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
                work = begin(image);
                ReadBlocks(work, handOn, stop);
            }
            catch (Exception failed) when (ImageFault.Of(failed) is { } known)
            {
                fault = known;
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
            (PlaneIndex Key, IntensityMap Map)? last = null;
            for (int plane = 0; plane < work.Planes.Count; plane++)
            {
                if (Enumerable.Range(0, work.Blocks.Count).All(block => work.Done.Has(work.Number(plane, block))))
                {
                    continue;
                }
                PlaneIndex index = work.Planes[plane].Input;
                PlaneIndex key = intensities.IsByChannel ? new PlaneIndex(0, index.C, 0) : index;
                if (last?.Key != key)
                {
                    long started = Stopwatch.GetTimestamp();
                    PlaneIndex[] together = intensities.IsByChannel ? [.. dataset.Planes().Where(other => other.C == index.C)] : [index];
                    last = (key, Reading(open => intensities.Map(open.Statistics(together, stop))));
                    work.Spent(plane, times.Read(started));
                }
                IntensityMap map = last.Value.Map;
                work.Maps[plane] = map;
                var reader = new BlockReader(dataset.Height, dataset.Width, map, (row, column, rows, columns, destination) => source!.Read(index, row, column, rows, columns, destination));
                for (int block = 0; block < work.Blocks.Count; block++)
                {
                    if (!work.Done.Has(work.Number(plane, block)))
                    {
                        stop.ThrowIfCancellationRequested();
                        long started = Stopwatch.GetTimestamp();
                        BlockPixels pixels = Reading(_ => reader.Read(work.Blocks[block]));
                        work.Spent(plane, times.Read(started));
                        handOn(new BlockItem(work, plane, block, map, pixels, []));
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
