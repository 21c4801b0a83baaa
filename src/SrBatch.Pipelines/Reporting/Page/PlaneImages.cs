using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Core.Tiling;
using SrBatch.Pipelines.Planes;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Pipelines.Reporting.Page;

/// <summary>The pixels of one plane, or of the centre of a large one. An image that is missing is null.</summary>
/// <param name="Output">Has the rows and columns of the input times the scale.</param>
/// <param name="Target">As large as the output.</param>
/// <param name="Notes">Sentences on what is missing and why, and on which part is shown.</param>
internal sealed record PlaneImages(FloatImage? Input, FloatImage? Output, FloatImage? Target, IReadOnlyList<string> Notes)
{
    /// <summary>Longest side that is read, in output pixels: three such images take 50 MB.</summary>
    private const int MostSide = 2048;

    public static PlaneImages Read(RunFolder run, PlannedImage image, QualityRow row, int scale, Hdf5ReadOptions reading)
    {
        var notes = new List<string>();
        var plane = new PlaneIndex(row.T ?? 0, row.C ?? 0, row.Z ?? 0);
        if (image.Input is not { } input || !input.Planes().Contains(plane))
        {
            return new PlaneImages(null, null, null, [$"Not shown: {image.Problem ?? "the plan has no such plane."}"]);
        }
        PlanePart part = PlanePart.Middle(input.Height, input.Width, MostSide / scale);
        if (part.Rows < input.Height || part.Columns < input.Width)
        {
            notes.Add($"Only the centre is shown: {part.Columns * scale} × {part.Rows * scale} "
                + $"of {input.Width * scale} × {input.Height * scale} pixels.");
        }
        FloatImage? output = Try("output", 1, values =>
        {
            string path = run.Image(image.Id);
            using PlaneReader reader = PlaneReader.Open(path, OutputFile.Dataset, input.Axes, reading);
            long[] expected = input.OutputShape(scale);
            if (!reader.Shape.SequenceEqual(expected))
            {
                throw new SrBatchException(
                    ExitCode.ImagesFailed, $"{path} is [{string.Join(", ", reader.Shape)}]; expected [{string.Join(", ", expected)}]");
            }
            PlanePart made = part.Enlarged(scale);
            reader.Read(input.WithinSelection(plane), made.Row, made.Column, made.Rows, made.Columns, values);
        });
        FloatImage? low = Try("input", scale, values => ReadFrom(input, plane, 1, values));
        FloatImage? target = image.Target is { } truth
            ? Try("target", 1, values => ReadFrom(truth, TargetOf(input, truth, plane), scale, values))
            : null;
        return new PlaneImages(low, output, target, notes);

        FloatImage? Try(string what, int divisor, Action<float[]> read)
        {
            (int rows, int columns) = (part.Rows * scale / divisor, part.Columns * scale / divisor);
            try
            {
                return reading.Retry.Run(() =>
                {
                    float[] values = new float[rows * columns];
                    read(values);
                    return new FloatImage(rows, columns, values);
                });
            }
            catch (SrBatchException fault) when (fault.ExitCode is ExitCode.ImagesFailed or ExitCode.BadManifest)
            {
                notes.Add($"The {what} is not shown: {fault.Message}");
                return null;
            }
        }

        void ReadFrom(PlannedDataset dataset, PlaneIndex index, int factor, float[] values)
        {
            using var source = new PlaneSource(dataset, reading);
            PlanePart shown = part.Enlarged(factor);
            source.Read(index, shown.Row, shown.Column, shown.Rows, shown.Columns, values);
        }
    }

    /// <summary>The plane of the target at the same place in its selection.</summary>
    private static PlaneIndex TargetOf(PlannedDataset input, PlannedDataset target, PlaneIndex plane)
    {
        PlaneIndex within = input.WithinSelection(plane);
        return new PlaneIndex(within.T + target.StartOf('t'), within.C + target.StartOf('c'), within.Z + target.StartOf('z'));
    }
}
