using System.Diagnostics;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Tiling;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Storage.Images;

namespace SrBatch.Pipelines.Inference;

/// <summary>The third stage: packs enhanced blocks and keeps them, and puts whole planes into the output.</summary>
/// <param name="times">Takes what this stage spends.</param>
internal sealed class ImageWriting(StageTimes times)
{
    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
    public void Take(WorkItem item)
    {
        long started = Stopwatch.GetTimestamp();
        switch (item)
        {
            case BlockItem { Plane: var plane } block:
                ImageFault.Within(plane.Image, () => Keep(block));
                plane.Spent(times.Write(started));
                break;
            case PlaneItem { Plane: var plane }:
                ImageFault.Within(plane.Image, () => plane.Image.Write(plane));
                plane.Spent(times.Write(started));
                break;
        }
    }

    private static void Keep(BlockItem item)
    {
        (PlaneWork plane, OutputForm form) = (item.Plane, item.Plane.Image.Form);
        TileBlock block = plane.Blocks[item.Block];
        PlannedDataset input = plane.Image.Image.Input!;
        PlaneIndex place = input.WithinSelection(plane.Planes.Input);
        int rows = (int)(Math.Min(block.Rows.KeepEnd, input.Height) - block.Rows.KeepStart) * form.Scale;
        int columns = (int)(Math.Min(block.KeepEnd, input.Width) - block.KeepStart) * form.Scale;
        (long top, long left) = (block.Rows.KeepStart * form.Scale, block.KeepStart * form.Scale);
        long saturated = 0;
        var datasets = new IReadOnlyList<PackedChunk>[item.Enhanced.Count];
        for (int i = 0; i < datasets.Length; i++)
        {
            datasets[i] = form.Packers[i].Pack(place, top, left, rows, columns, item.Enhanced[i], out long beyond);
            saturated += beyond;
        }
        plane.Image.Keep(new FinishedBlock(plane.NumberOf(item.Block), saturated, datasets));
    }
}
