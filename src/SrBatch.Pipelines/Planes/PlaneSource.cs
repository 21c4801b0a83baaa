using SrBatch.Core.Errors;
using SrBatch.Core.Intensities;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Pipelines.Planes;

/// <summary>The selected part of a dataset, plane by plane; rows and columns count from the selection's corner.</summary>
internal sealed class PlaneSource : IDisposable
{
    /// <summary>Values that a strip of rows may have while statistics are gathered.</summary>
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
                $"{dataset} is now ({string.Join(',', _reader.Shape)}) {_reader.ElementType.NumpyName()}: the file changed after it was planned. Use a new run folder.");
        }
    }

    public PlannedDataset Dataset { get; }

    /// <summary>Reads all planes into memory, from which everything is answered from now on.</summary>
    public void Decode(CancellationToken stop)
    {
        foreach (PlaneIndex plane in Dataset.Planes())
        {
            _decoded[plane] = DecodedPlane.Read(this, plane, stop);
        }
    }

    /// <summary>Null without <see cref="Decode"/>.</summary>
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

    /// <summary>The intensities of one channel, over all its selected times and depths, that the network sees as 0 and 1.</summary>
    /// <exception cref="SrBatchException">Exit code 65: it holds no finite value.</exception>
    public IntensityRange Range(long channel, double percentileLow, double percentileHigh, CancellationToken stop)
    {
        (double low, double high) = Statistics([.. Dataset.Planes().Where(plane => plane.C == channel)], stop).Percentiles(percentileLow, percentileHigh);
        return new IntensityRange((float)low, (float)high);
    }

    /// <summary>Of all finite values of some planes of one channel. Each is found by going over the planes.</summary>
    /// <exception cref="SrBatchException">Exit code 65: there is no finite value. When one is asked for.</exception>
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

    /// <summary>Goes over planes from top to bottom, as many rows at a time as little memory holds.</summary>
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
