using System.Diagnostics;
using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Models;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Planes;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Torch.Inference;

namespace SrBatch.Pipelines.Inference;

/// <summary>
/// The first stage: opens images one after another, finds their intensities, and reads and normalises the blocks that are not finished.
/// </summary>
/// <param name="begin">Makes an image's work; may throw exit code 65.</param>
/// <param name="intensities">What the network wants to see.</param>
/// <param name="reading">How images are opened.</param>
/// <param name="times">Takes what this stage spends.</param>
internal sealed class ImageReading(
    Func<PlannedImage, ImageWork> begin,
    IntensityRule intensities,
    Hdf5ReadOptions reading,
    StageTimes times)
{
    /// <summary>Hands on the blocks of every image, and the ends of planes and images. A fault ends its image only.</summary>
    /// <param name="images">Asked for one by one.</param>
    /// <param name="opened">Called with each image that could be opened, before its first block.</param>
    /// <param name="handOn">Gives the next stage an item; may wait.</param>
    /// <param name="stop">Ends the stage at the next block.</param>
    public void ReadAll(IEnumerable<PlannedImage> images, Action<ImageWork> opened, Action<WorkItem> handOn, CancellationToken stop)
    {
        foreach (PlannedImage image in images)
        {
            stop.ThrowIfCancellationRequested();
            ImageWork? work = null;
            SrBatchException? fault = null;
            try
            {
                work = begin(image);
                opened(work);
                ReadPlanes(work, handOn, stop);
            }
            catch (Exception failed) when (ImageFault.Of(failed) is { } known)
            {
                fault = known;
            }
            handOn(new EndItem(image, work, fault));
        }
    }

    private void ReadPlanes(ImageWork work, Action<WorkItem> handOn, CancellationToken stop)
    {
        using var source = new KeptSource(work.Image.Input!, reading);
        var maps = new IntensityMaps(intensities, source);
        foreach (PlaneWork plane in work.Planes)
        {
            if (work.Fault is not null)
            {
                return;
            }
            if (!plane.IsFinished)
            {
                ReadPlane(plane, source, maps, handOn, stop);
            }
            handOn(new PlaneItem(plane));
        }
    }

    private void ReadPlane(PlaneWork plane, KeptSource source, IntensityMaps maps, Action<WorkItem> handOn, CancellationToken stop)
    {
        PlannedDataset input = source.Dataset;
        PlaneIndex index = plane.Planes.Input;
        long started = Stopwatch.GetTimestamp();
        IntensityMap map = maps.Of(index, stop);
        plane.Map = map;
        plane.Spent(times.Read(started));
        PlaneSource? open = null;
        var reader = new BlockReader(input.Height, input.Width, map,
            (row, column, rows, columns, destination) => open!.Read(index, row, column, rows, columns, destination));
        for (int block = 0; block < plane.Blocks.Count; block++)
        {
            if (!plane.HasFinished(block))
            {
                stop.ThrowIfCancellationRequested();
                started = Stopwatch.GetTimestamp();
                BlockPixels pixels = source.Use(
                    current =>
                    {
                        open = current;
                        return reader.Read(plane.Blocks[block]);
                    },
                    stop);
                plane.Spent(times.Read(started));
                handOn(new BlockItem(plane, block, pixels, []));
            }
        }
    }
}
