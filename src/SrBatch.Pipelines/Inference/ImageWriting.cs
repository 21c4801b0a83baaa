using System.Diagnostics;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.Planes;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Pipelines.Scoring;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Storage.Images;
using SrBatch.Torch.Metrics;

namespace SrBatch.Pipelines.Inference;

/// <summary>The last stage: packs enhanced blocks and keeps them, and when an image has all, scores it and gives it its final name.</summary>
/// <param name="models">What enhanced them.</param>
/// <param name="quality">Scores them.</param>
/// <param name="trust">Knows which of them the models can know.</param>
/// <param name="blankRow">An image's row with all that does not depend on the plane.</param>
/// <param name="reading">How images are opened.</param>
/// <param name="path">Final name of an image's output.</param>
/// <param name="done">Told of every finished image.</param>
/// <param name="fail">Told of every image that failed, and why.</param>
/// <param name="times">Takes what this stage spends.</param>
internal sealed class ImageWriting(
    ModelSet models, PlaneQuality quality, PlaneTrust trust, Func<PlannedImage, QualityRow> blankRow, Hdf5ReadOptions reading, Func<PlannedImage, string> path, Action<ImageWork, IReadOnlyList<QualityRow>> done, Action<PlannedImage, string> fail, StageTimes times)
{
    private int Scale => models.Scale;

    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
    public void Take(WorkItem item)
    {
        long started = Stopwatch.GetTimestamp();
        switch (item)
        {
            case BlockItem block:
                Keep(block);
                block.Work.Spent(block.Plane, times.Write(started));
                break;
            case EndItem { Work: var work, Fault: var fault } end:
                using (work)
                {
                    try
                    {
                        if (fault is not null)
                        {
                            throw fault;
                        }
                        done(work!, Finish(work!));
                    }
                    catch (Exception failed) when (ImageFault.Of(failed) is { } known)
                    {
                        // Mended, its file is another: what is done of it now is of no use then.
                        _ = PartialImage.Delete(path(end.Image));
                        fail(end.Image, known.Message);
                    }
                }
                times.Write(started);
                break;
        }
    }

    private void Keep(BlockItem item)
    {
        ImageWork work = item.Work;
        TileBlock block = work.Blocks[item.Block];
        PlannedDataset input = work.Image.Input!;
        PlaneIndex place = input.WithinSelection(work.Planes[item.Plane].Input);
        int rows = (int)(Math.Min(block.Rows.KeepEnd, input.Height) - block.Rows.KeepStart) * Scale, columns = (int)(Math.Min(block.KeepEnd, input.Width) - block.KeepStart) * Scale;
        long saturated = 0;
        var datasets = new IReadOnlyList<PackedChunk>[item.Enhanced.Count];
        for (int i = 0; i < datasets.Length; i++)
        {
            datasets[i] = work.Packers[i].Pack(place, block.Rows.KeepStart * Scale, block.KeepStart * Scale, rows, columns, item.Enhanced[i], out long beyond);
            saturated += beyond;
        }
        work.Done.Add(new FinishedBlock(work.Number(item.Plane, item.Block), saturated, datasets));
    }

    /// <summary>Makes the output from its blocks, whole or not at all.</summary>
    private List<QualityRow> Finish(ImageWork work)
    {
        using PlaneSource? target = work.Image.Target is null ? null : reading.Retry.Run(() => new PlaneSource(work.Image.Target, reading));
        using StagedFile staged = AtomicFile.Stage(work.Path);
        var rows = new List<QualityRow>();
        using (PlaneWriter output = PlaneWriter.Create(staged.Path, work.Layouts, work.Image.Input!.ElementSizeUm?.Enlarged(Scale)))
        {
            for (int plane = 0; plane < work.Planes.Count; plane++)
            {
                rows.Add(FinishPlane(work, plane, output, target));
            }
            OutputFile.Describe(output.Attributes, work.Image, models.Origin, rows);
            output.Close();
        }
        staged.Commit();
        work.Done.Delete();
        return rows;
    }

    private QualityRow FinishPlane(ImageWork work, int plane, PlaneWriter writer, PlaneSource? target)
    {
        long started = Stopwatch.GetTimestamp();
        PlannedDataset input = work.Image.Input!;
        long height = input.Height * Scale, width = input.Width * Scale;
        bool isTooLarge = target is not null && quality.Compares && height * width > PlaneMetrics.MostPixels;
        PlaneSource? compared = quality.Compares && !isTooLarge ? target : null;
        PlanePart? part = quality.Part(input, compared is not null), shown = part?.Enlarged(Scale);
        float[][] pixels = shown is { } size ? [.. work.Layouts.Select(_ => new float[size.Rows * size.Columns])] : [];
        long saturated = 0;
        for (int block = 0; block < work.Blocks.Count; block++)
        {
            FinishedBlock finished = work.Done.Read(work.Number(plane, block));
            saturated += finished.Saturated;
            for (int dataset = 0; dataset < finished.Datasets.Count; dataset++)
            {
                foreach (PackedChunk chunk in finished.Datasets[dataset])
                {
                    writer.Write(dataset, chunk);
                    if (shown is { } wanted)
                    {
                        work.Packers[dataset].Unpack(chunk, wanted, pixels[dataset]);
                    }
                }
            }
        }
        string[] reasons =
        [
            .. isTooLarge ? [$"not compared with the target: {height} x {width} pixels; planes above {PlaneMetrics.MostPixels} are not"] : Array.Empty<string>(),
            .. saturated > 0 ? [$"{saturated} values beyond the limits of {work.Layouts[0].ElementType.NumpyName()} were set to them"] : Array.Empty<string>(),
        ];
        long scoring = Stopwatch.GetTimestamp();
        QualityRow row = ScorePlane(work, plane, part, pixels, compared, reasons);
        times.Score(scoring);
        return row with { Seconds = work.SecondsOf(plane) + Stopwatch.GetElapsedTime(started).TotalSeconds };
    }

    /// <param name="part">What <see cref="PlaneQuality.Part"/> said.</param>
    /// <param name="pixels">The enhanced pixels of that part, and of several outputs their deviation; empty when there is none.</param>
    /// <param name="target">Null: not to be compared.</param>
    /// <param name="reasons">Why the verdict is not pass, whatever the scores.</param>
    private QualityRow ScorePlane(ImageWork work, int plane, PlanePart? part, float[][] pixels, PlaneSource? target, string[] reasons)
    {
        PlannedDataset input = work.Image.Input!;
        (PlaneIndex index, PlaneIndex? truth) = work.Planes[plane];
        QualityRow row = trust.Judge(blankRow(work.Image) with
        {
            T = IndexOf(input, 't', index.T),
            C = IndexOf(input, 'c', index.C),
            Z = IndexOf(input, 'z', index.Z),
            Width = checked((int)(input.Width * Scale)),
            Height = checked((int)(input.Height * Scale)),
            Tiles = work.Blocks.Sum(block => block.Columns.Count),
            Halo = work.Tiles.Halo,
        }, input, index, work.Maps[plane]).Warned(reasons);
        if (part is not { } read)
        {
            return row;
        }
        float[] low = reading.Retry.Run(() =>
        {
            using var source = new PlaneSource(input, reading);
            float[] values = new float[read.Rows * read.Columns];
            source.Read(index, read.Row, read.Column, read.Rows, read.Columns, values);
            return values;
        });
        return quality.Score(row, input.ElementType, low, pixels[0], target?.ReadPlane(truth!.Value), read.Rows, read.Columns, pixels.ElementAtOrDefault(1));
    }

    private static int? IndexOf(PlannedDataset dataset, char axis, long index) => dataset.Has(axis) ? checked((int)index) : null;
}
