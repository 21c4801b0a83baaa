using System.Diagnostics;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Pipelines.Models;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Pipelines.Scoring;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Storage.Images;

namespace SrBatch.Pipelines.Inference;

/// <summary>
/// The last stage: scores each plane as soon as it is whole, and gives an image whose planes are all scored its final name.
/// </summary>
/// <param name="models">What enhanced the images.</param>
/// <param name="run">Takes finished and failed images.</param>
/// <param name="times">Takes what this stage spends.</param>
internal sealed class ImageScoring(ModelSet models, InferenceRun run, StageTimes times) : IDisposable
{
    private readonly PlaneScorer _planes = new(run.Plan.Quality, models.Scale, models.Outputs);
    private readonly PlaneTrust _trust = new(models, run.Plan.Quality.Limits());
    private readonly List<QualityRow> _rows = [];
    private ImageScorer? _image;

    /// <exception cref="SrBatchException">The disk did not take the output (exit 74).</exception>
    public void Take(WorkItem item)
    {
        switch (item)
        {
            case PlaneItem { Plane: var plane }:
                ImageFault.Within(plane.Image, () => _rows.Add(Score(plane)));
                break;
            case EndItem end:
                Finish(end);
                break;
        }
    }

    public void Dispose() => _image?.Dispose();

    private QualityRow Score(PlaneWork plane)
    {
        long started = Stopwatch.GetTimestamp();
        (ImageWork work, OutputForm form) = (plane.Image, plane.Image.Form);
        _image ??= new ImageScorer(work.Image, _planes, _trust, run.Reading);
        float[][] pixels = Pixels(plane, _image.Shown, out long saturated);
        QualityRow blank = run.BlankRow(work.Image, models.Sha256) with
        {
            Tiles = plane.Blocks.Sum(block => block.Columns.Count),
            Halo = form.Tiles.Halo,
        };
        var output = new OutputPlane(plane.Planes, pixels.ElementAtOrDefault(0) ?? [], pixels.ElementAtOrDefault(1), plane.Map);
        string[] reasons = saturated == 0 ? [] : [VerdictRule.BeyondLimits(saturated, form.Layouts[0].ElementType.NumpyName())];
        QualityRow row = _image.Score(blank, output, reasons);
        plane.Spent(times.Score(started));
        return row with { Seconds = plane.Seconds };
    }

    /// <param name="plane">All its blocks are finished.</param>
    /// <param name="shown">The part wanted; null: none.</param>
    /// <param name="saturated">Values of the whole plane that the output's type cannot hold.</param>
    /// <returns>One array for each dataset; empty when no part is wanted.</returns>
    private static float[][] Pixels(PlaneWork plane, PlanePart? shown, out long saturated)
    {
        IReadOnlyList<ChunkPacker> packers = plane.Image.Form.Packers;
        float[][] pixels = shown is { } size ? [.. packers.Select(_ => new float[size.Rows * size.Columns])] : [];
        saturated = 0;
        foreach (FinishedBlock block in plane.Finished())
        {
            saturated += block.Saturated;
            for (int dataset = 0; dataset < pixels.Length; dataset++)
            {
                foreach (PackedChunk chunk in block.Datasets[dataset])
                {
                    packers[dataset].Unpack(chunk, shown!.Value, pixels[dataset]);
                }
            }
        }
        return pixels;
    }

    private void Finish(EndItem end)
    {
        SrBatchException? fault = end.Fault ?? end.Work?.Fault;
        QualityRow[] rows = [.. _rows];
        _rows.Clear();
        _image?.Dispose();
        _image = null;
        using (ImageWork? work = end.Work)
        {
            if (fault is null)
            {
                long started = Stopwatch.GetTimestamp();
                work!.Commit(attributes => OutputFile.Describe(attributes, work.Image, models.Origin, rows));
                times.Write(started);
            }
        }
        if (fault is null)
        {
            run.Done(end.Work!, rows);
        }
        else
        {
            // Once it is corrected, its file is another: the finished blocks are of no use then.
            _ = PartialImage.Delete(run.Folder.Image(end.Image.Id));
            run.Fail(end.Image, fault.Message, models.Sha256);
        }
    }
}
