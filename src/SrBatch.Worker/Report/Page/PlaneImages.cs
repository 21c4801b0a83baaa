using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Quality;
using SrBatch.Storage.Hdf5;
using SrBatch.Worker.Runs;

namespace SrBatch.Worker.Report.Page;

/// <summary>The pixels of one plane: all, or the middle of a large one. Null what is not there.</summary>
/// <param name="Output">Rows and columns of the input times the scale.</param>
/// <param name="Target">As the output.</param>
/// <param name="Notes">What is not there and why, and what of it is shown, in sentences.</param>
internal sealed record PlaneImages(FloatImage? Input, FloatImage? Output, FloatImage? Target, IReadOnlyList<string> Notes)
{
    /// <summary>Longest side that is read, output pixels: three such images take 50 MB.</summary>
    private const int MostSide = 2048;

    public static PlaneImages Read(RunFolder run, PlannedImage image, QualityRow row, int scale, Hdf5ReadOptions reading)
    {
        var notes = new List<string>();
        PlannedDataset input = image.Input!;
        int height = (int)Math.Min(input.Height, MostSide / scale), width = (int)Math.Min(input.Width, MostSide / scale);
        long top = (input.Height - height) / 2, left = (input.Width - width) / 2;
        if (height < input.Height || width < input.Width)
        {
            notes.Add($"Only the middle, {width * scale} × {height * scale} of {input.Width * scale} × {input.Height * scale} pixels, is shown; the scores are of the whole plane.");
        }
        var plane = new PlaneIndex(row.T ?? 0, row.C ?? 0, row.Z ?? 0);
        FloatImage? output = Try("output", 1, values =>
        {
            using PlaneReader reader = PlaneReader.Open(run.Image(image.Id), OutputFile.Dataset, input.Axes, reading);
            reader.Read(input.WithinSelection(plane), top * scale, left * scale, height * scale, width * scale, values);
        });
        FloatImage? low = Try("input", scale, values => ReadFrom(input, plane, 1, values));
        FloatImage? target = image.Target is { } truth ? Try("target", 1, values => ReadFrom(truth, TargetOf(input, truth, plane), scale, values)) : null;
        return new PlaneImages(low, output, target, notes);

        FloatImage? Try(string what, int divisor, Action<float[]> read)
        {
            (int rows, int columns) = (height * scale / divisor, width * scale / divisor);
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
            source.Read(index, top * factor, left * factor, height * factor, width * factor, values);
        }
    }

    /// <summary>The plane of the target that has the same place in its selection.</summary>
    private static PlaneIndex TargetOf(PlannedDataset input, PlannedDataset target, PlaneIndex plane)
    {
        PlaneIndex within = input.WithinSelection(plane);
        return new PlaneIndex(within.T + target.StartOf('t'), within.C + target.StartOf('c'), within.Z + target.StartOf('z'));
    }
}
