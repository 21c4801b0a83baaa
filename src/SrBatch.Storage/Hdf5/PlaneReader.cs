using System.Buffers;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;

namespace SrBatch.Storage.Hdf5;

/// <summary>
/// Reads boxes of the 2-D planes of a dataset as float32, whatever the order of its axes. Chunks under a row of tiles stay unpacked
/// (at most 256 MiB). Safe to call from several threads.
/// </summary>
public sealed class PlaneReader : IDisposable
{
    private readonly Hdf5File _file;
    private readonly Hdf5Dataset _dataset;
    private readonly PlaneAxes _axes;

    private PlaneReader(Hdf5File file, Hdf5Dataset dataset, PlaneAxes axes)
    {
        _file = file;
        _dataset = dataset;
        _axes = axes;
    }

    /// <summary>Pixels along y.</summary>
    public long Height => _dataset.Shape[_axes.Y];

    /// <summary>Pixels along x.</summary>
    public long Width => _dataset.Shape[_axes.X];

    /// <summary>Lengths of the t, c and z axes; 1 where the dataset has no such axis.</summary>
    public PlaneIndex Planes => new(
        PlaneAxes.Length(_dataset.Shape, _axes.T), PlaneAxes.Length(_dataset.Shape, _axes.C), PlaneAxes.Length(_dataset.Shape, _axes.Z));

    public ElementType ElementType => _dataset.ElementType;

    /// <summary>Lengths of a chunk in the dataset's order; null when contiguous.</summary>
    public long[]? Chunk => _dataset.Chunk;

    /// <param name="file">Path of the file.</param>
    /// <param name="dataset">Path inside it, e.g. <c>/low</c>.</param>
    /// <param name="axes">One letter of <c>tczyx</c> for each axis, slowest first, y and x included.</param>
    /// <param name="reading">See <see cref="Hdf5File.OpenRead"/>.</param>
    /// <exception cref="SrBatchException">
    /// File or dataset missing, damaged, not numbers, of another rank, or packed with a filter this node lacks (exit 65); axes that are none (78).
    /// </exception>
    public static PlaneReader Open(string file, string dataset, string axes, Hdf5ReadOptions? reading = null)
    {
        var opened = Hdf5File.OpenRead(file, reading);
        try
        {
            var found = opened.OpenDataset(dataset);
            PlaneAxes order;
            long? cache;
            using (found)
            {
                var element = found.ElementType;
                order = PlaneAxes.Parse(axes, opened.Path, found.Path, found.Shape, found.Type);
                found.RequireFilters();
                cache = Hdf5ChunkCache.BytesFor(found.Shape, found.Chunk, order.Y, order.X, Hdf5Type.Bytes(element));
            }
            // Once more, now that the header has told how large a cache it needs.
            return new PlaneReader(opened, opened.OpenDataset(dataset, cache), order);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Reads a box of one plane.</summary>
    /// <param name="plane">Which plane; 0 where the dataset has no such axis.</param>
    /// <param name="y">Top row of the box.</param>
    /// <param name="x">Left column of the box.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="destination">Room for <paramref name="height"/> x <paramref name="width"/> values; filled row by row.</param>
    /// <exception cref="ArgumentOutOfRangeException">The box leaves the dataset.</exception>
    /// <exception cref="SrBatchException">Damaged data (exit 65).</exception>
    public void Read(PlaneIndex plane, long y, long x, int height, int width, Span<float> destination)
    {
        var rank = _dataset.Shape.Length;
        Span<long> start = stackalloc long[rank];
        Span<long> count = stackalloc long[rank];
        _axes.Box(_dataset.Shape, plane, y, x, height, width, start, count);
        var pixels = checked(height * width);
        if (_axes.Y < _axes.X)
        {
            _dataset.Read(start, count, destination[..pixels]);
            return;
        }
        var columns = ArrayPool<float>.Shared.Rent(pixels);
        try
        {
            _dataset.Read(start, count, columns.AsSpan(0, pixels));
            Transpose(columns, width, height, destination);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(columns);
        }
    }

    public void Dispose()
    {
        _dataset.Dispose();
        _file.Dispose();
    }

    /// <summary>Turns <paramref name="rows"/> x <paramref name="columns"/> values into <paramref name="columns"/> x <paramref name="rows"/>.</summary>
    internal static void Transpose(ReadOnlySpan<float> source, int rows, int columns, Span<float> destination)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                destination[column * rows + row] = source[row * columns + column];
            }
        }
    }
}
