using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Pipelines.Planes;

/// <summary>Reads the planes of the selected part of a dataset. Rows and columns count from the corner of the selection.</summary>
internal sealed class PlaneSource : IDisposable
{
    /// <summary>Most values of a strip of rows (<see cref="ForEachStrip"/>).</summary>
    public const int StripValues = 1 << 22;

    private readonly PlaneReader _reader;
    private readonly Dictionary<PlaneIndex, DecodedPlane> _decoded = [];

    public PlaneSource(PlannedDataset dataset, Hdf5ReadOptions reading)
    {
        Dataset = dataset;
        _reader = PlaneReader.Open(dataset.File, dataset.Dataset, dataset.Axes, reading);
        if (!_reader.Shape.SequenceEqual(dataset.Shape) || _reader.ElementType != dataset.ElementType)
        {
            _reader.Dispose();
            throw new SrBatchException(ExitCode.ImagesFailed,
                $"{dataset} is now ({string.Join(',', _reader.Shape)}) {_reader.ElementType.NumpyName()}: "
                + "the file changed after its header was read. 'srbatch plan --refresh' takes it as it is now; then run the same command "
                + "again. A training that has begun needs a new run folder.");
        }
    }

    public PlannedDataset Dataset { get; }

    /// <inheritdoc cref="PlaneReader.SourceType"/>
    public ElementType SourceType => _reader.SourceType;

    /// <summary>Reads all planes into memory; later reads use them.</summary>
    public void Decode(CancellationToken stop)
    {
        foreach (PlaneIndex plane in Dataset.Planes())
        {
            _decoded[plane] = DecodedPlane.Read(this, plane, stop);
        }
    }

    /// <returns>The plane in memory; null without <see cref="Decode"/>.</returns>
    public DecodedPlane? Decoded(PlaneIndex plane) => _decoded.GetValueOrDefault(plane);

    public void Read(PlaneIndex plane, long row, long column, int rows, int columns, Span<float> destination)
    {
        if (Decoded(plane) is { } decoded)
        {
            decoded.Cut(row, column, rows, columns, destination);
        }
        else
        {
            _reader.Read(plane, Dataset.StartOf('y') + row, Dataset.StartOf('x') + column, rows, columns, destination);
        }
    }

    public void ReadRows(PlaneIndex plane, long row, int rows, Span<float> destination) =>
        Read(plane, row, 0, rows, checked((int)Dataset.Width), destination);

    public float[] ReadPlane(PlaneIndex plane)
    {
        float[] values = new float[checked(Dataset.Height * Dataset.Width)];
        ReadRows(plane, 0, checked((int)Dataset.Height), values);
        return values;
    }

    /// <summary>Number of pixels of a plane that were never written, and so read as the fill value.</summary>
    public long NeverWritten(PlaneIndex plane) => _reader.NeverWritten(
        plane, Dataset.StartOf('y'), Dataset.StartOf('x'), checked((int)Dataset.Height), checked((int)Dataset.Width));

    /// <summary>Percentiles of one channel over all selected times and depths: the intensities that the network sees as 0 and 1.</summary>
    /// <exception cref="SrBatchException">The channel has no finite value (exit 65).</exception>
    public IntensityRange Range(long channel, double percentileLow, double percentileHigh, CancellationToken stop)
    {
        PlaneIndex[] planes = [.. Dataset.Planes().Where(plane => plane.C == channel)];
        (double low, double high) = Statistics(planes, stop).Percentiles(percentileLow, percentileHigh);
        return new IntensityRange((float)low, (float)high);
    }

    /// <summary>
    /// Statistics of all finite values of some planes of one channel. They are computed on demand, each with a pass over the planes, and
    /// throw <see cref="SrBatchException"/> (exit 65) if there is no finite value.
    /// </summary>
    public IntensityStatistics Statistics(IReadOnlyList<PlaneIndex> planes, CancellationToken stop)
    {
        return new IntensityStatistics(Percentiles, Moments);

        (double Low, double High) Percentiles(double low, double high)
        {
            var percentiles = new PercentileCounter([low, high]);
            ForEachStrip(planes, (_, strip) => percentiles.FirstPass(strip), stop);
            if (percentiles.NeedsSecondPass)
            {
                ForEachStrip(planes, (_, strip) => percentiles.SecondPass(strip), stop);
            }
            return percentiles.Values() is [double atLow, double atHigh] ? (atLow, atHigh) : throw Nothing();
        }

        (double Mean, double Deviation) Moments()
        {
            (long count, double sum, double squares) = (0, 0, 0);
            ForEachStrip(planes, (_, strip) =>
            {
                foreach (float value in strip)
                {
                    if (float.IsFinite(value))
                    {
                        count++;
                        sum += value;
                        squares += (double)value * value;
                    }
                }
            }, stop);
            double mean = sum / count;
            return count > 0 ? (mean, Math.Sqrt(Math.Max(0, (squares / count) - (mean * mean)))) : throw Nothing();
        }

        SrBatchException Nothing() => new(ExitCode.ImagesFailed, $"{Dataset}: channel {planes[0].C} holds no finite value");
    }

    public void Dispose() => _reader.Dispose();

    /// <summary>Reads planes from top to bottom in strips of at most <see cref="StripValues"/> values, or one row.</summary>
    public void ForEachStrip(IReadOnlyList<PlaneIndex> planes, UseStrip use, CancellationToken stop)
    {
        int rows = (int)Math.Clamp(StripValues / Dataset.Width, 1, Dataset.Height);
        float[] strip = new float[checked(rows * Dataset.Width)];
        foreach (PlaneIndex plane in planes)
        {
            for (long row = 0; row < Dataset.Height; row += rows)
            {
                stop.ThrowIfCancellationRequested();
                int here = (int)Math.Min(rows, Dataset.Height - row);
                Span<float> values = strip.AsSpan(0, checked(here * (int)Dataset.Width));
                ReadRows(plane, row, here, values);
                use(row, values);
            }
        }
    }
}
