using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Core.Tiling;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;

namespace SrBatch.Pipelines.RunFolders;

/// <summary>
/// Reads the planes of an output one after another, and hashes all their values on the way: as float32, little-endian, row by row, in the
/// order of <see cref="PlannedDataset.Planes"/>.
/// </summary>
internal sealed class OutputPixels : IDisposable
{
    /// <summary>Values that are read at once of a plane that is only hashed.</summary>
    private const long MostValues = 1 << 24;

    private readonly PlannedDataset _input;
    private readonly PlaneReader _reader;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private OutputPixels(PlannedDataset input, PlaneReader reader) => (_input, _reader) = (input, reader);

    /// <param name="path">The output.</param>
    /// <param name="dataset">Of the output.</param>
    /// <param name="input">What it was made from.</param>
    /// <param name="scale">Output pixels per input pixel.</param>
    /// <param name="reading">How it is opened.</param>
    /// <exception cref="SrBatchException">Exit code 65: it cannot be read, or has another size than expected.</exception>
    public static OutputPixels Open(string path, string dataset, PlannedDataset input, int scale, Hdf5ReadOptions reading)
    {
        DatasetHeader header = DatasetHeaders.Read(path, dataset, reading);
        long[] expected = input.OutputShape(scale);
        if (!header.Shape.SequenceEqual(expected))
        {
            throw new SrBatchException(
                ExitCode.ImagesFailed,
                $"{path}: dataset '{header.Dataset}' is [{string.Join(", ", header.Shape)}]; "
                + $"expected [{string.Join(", ", expected)}], axes {input.Axes}");
        }
        return new OutputPixels(input, PlaneReader.Open(path, header.Dataset, input.Axes, reading));
    }

    /// <returns>When the file was changed last, in whole microseconds, as Parquet keeps it; null if there is none.</returns>
    public static DateTimeOffset? ChangedAt(string path) => FileStamps.Of(path) is { } stamp
        ? new DateTimeOffset(stamp.ModifiedUtc.Ticks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero)
        : null;

    /// <returns>The hash of a whole output; null if it cannot be read.</returns>
    public static string? Sha256Of(string path, string dataset, PlannedDataset input, int scale, Hdf5ReadOptions reading)
    {
        try
        {
            using OutputPixels output = Open(path, dataset, input, scale, reading);
            foreach (PlaneIndex plane in input.Planes())
            {
                output.Read(plane, null);
            }
            return output.Sha256();
        }
        catch (SrBatchException fault) when (fault.ExitCode == ExitCode.ImagesFailed)
        {
            return null;
        }
    }

    /// <param name="source">Of the input; call it for each plane in order.</param>
    /// <param name="shown">The part wanted, output pixels; null: none.</param>
    /// <returns>The part's values, row-major; empty if none is wanted.</returns>
    public float[] Read(PlaneIndex source, PlanePart? shown)
    {
        PlaneIndex plane = _input.WithinSelection(source);
        if (shown is { } part && part.Rows == _reader.Height && part.Columns == _reader.Width)
        {
            float[] whole = Box(part);
            Hash(whole);
            return whole;
        }
        int rows = (int)Math.Clamp(MostValues / _reader.Width, 1, _reader.Height);
        for (long row = 0; row < _reader.Height; row += rows)
        {
            Hash(Box(new PlanePart(row, 0, (int)Math.Min(rows, _reader.Height - row), (int)_reader.Width)));
        }
        return shown is { } middle ? Box(middle) : [];

        float[] Box(PlanePart box)
        {
            float[] values = new float[box.Rows * box.Columns];
            _reader.Read(plane, box.Row, box.Column, box.Rows, box.Columns, values);
            return values;
        }
    }

    /// <returns>Values of a plane that were never written.</returns>
    public long NeverWritten(PlaneIndex source) =>
        _reader.NeverWritten(_input.WithinSelection(source), 0, 0, checked((int)_reader.Height), checked((int)_reader.Width));

    /// <summary>Values of a plane.</summary>
    public long PlaneValues => _reader.Height * _reader.Width;

    /// <returns>Of all values read so far, in hexadecimal.</returns>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Dispose()
    {
        _reader.Dispose();
        _hash.Dispose();
    }

    private void Hash(float[] values) => _hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
}
