using SrBatch.Core.Intensities;
using SrBatch.Core.Planning;
using SrBatch.Core.Training;
using SrBatch.Pipelines.Planes;

namespace SrBatch.Pipelines.Training.Patches;

/// <summary>Goes over pairs of planes of one image, in strips, and counts the values that are not finite.</summary>
/// <param name="scale">Target pixels per input pixel along each axis.</param>
internal sealed class PairComparison(PlaneSource input, PlaneSource target, int scale, CancellationToken stop)
{
    private readonly float[] _normalised = new float[checked((int)input.Dataset.Width)];

    public long InputsNotFinite { get; private set; }

    public long TargetsNotFinite { get; private set; }

    /// <summary>Whether the image can have values that are not finite.</summary>
    public bool HasFloats { get; } = input.Dataset.ElementType.MaxValue() is null || target.Dataset.ElementType.MaxValue() is null;

    /// <summary>Goes over a pair of planes once.</summary>
    /// <param name="range">Normalises the input.</param>
    /// <param name="fit">Takes the target, averaged to the input's grid, and the normalised input, where both are finite.</param>
    /// <param name="structure">Takes the rows of the target.</param>
    public void Add(PlaneIndex inputPlane, PlaneIndex targetPlane, IntensityRange range, LinearFit? fit, StructureCounter? structure)
    {
        int width = _normalised.Length, targetWidth = checked(width * scale);
        int rows = (int)Math.Clamp(PlaneSource.StripValues / ((long)targetWidth * scale), 1, input.Dataset.Height);
        float[] inputStrip = new float[rows * width], targetStrip = new float[rows * scale * targetWidth];
        for (long top = 0; top < input.Dataset.Height; top += rows)
        {
            stop.ThrowIfCancellationRequested();
            int here = (int)Math.Min(rows, input.Dataset.Height - top);
            Span<float> inputs = inputStrip.AsSpan(0, here * width), targets = targetStrip.AsSpan(0, here * scale * targetWidth);
            input.ReadRows(inputPlane, top, here, inputs);
            target.ReadRows(targetPlane, top * scale, here * scale, targets);
            if (HasFloats)
            {
                InputsNotFinite += NotFinite(inputs);
                TargetsNotFinite += NotFinite(targets);
            }
            for (int row = 0; row < here; row++)
            {
                Span<float> targetRows = targets.Slice(row * scale * targetWidth, scale * targetWidth);
                for (int i = 0; i < scale; i++)
                {
                    structure?.Add(targetRows.Slice(i * targetWidth, targetWidth));
                }
                if (fit is not null)
                {
                    AddRow(fit, inputs.Slice(row * width, width), range, targetRows);
                }
            }
        }
    }

    private void AddRow(LinearFit fit, ReadOnlySpan<float> inputRow, IntensityRange range, ReadOnlySpan<float> targetRows)
    {
        range.Normalise(inputRow, _normalised);
        for (int column = 0; column < inputRow.Length; column++)
        {
            double sum = 0;
            for (int i = 0; i < scale * scale; i++)
            {
                sum += targetRows[(i / scale * inputRow.Length * scale) + (column * scale) + (i % scale)];
            }
            double mean = sum / (scale * scale);
            // Normalised, a value that is not finite is 0: background.
            if (float.IsFinite(inputRow[column]) && double.IsFinite(mean))
            {
                fit.Add(mean, _normalised[column]);
            }
        }
    }

    private static long NotFinite(ReadOnlySpan<float> values)
    {
        long count = 0;
        foreach (float value in values)
        {
            count += float.IsFinite(value) ? 0 : 1;
        }
        return count;
    }
}
