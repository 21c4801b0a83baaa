using System.Buffers;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;

namespace SrBatch.Storage.Hdf5;

/// <summary>
/// Makes a file with one float32 dataset and fills it box by box. The same boxes in the same order give the same bytes.
/// What is never written reads as 0. Give it a staged path and commit that after <see cref="Close"/>.
/// </summary>
public sealed class PlaneWriter : IDisposable
{
    private readonly Hdf5File _file;
    private readonly Hdf5Dataset _dataset;
    private readonly PlaneAxes _axes;

    private PlaneWriter(Hdf5File file, Hdf5Dataset dataset, PlaneAxes axes)
    {
        _file = file;
        _dataset = dataset;
        _axes = axes;
    }

    /// <summary>Attributes of the dataset; set them before <see cref="Close"/>.</summary>
    public Hdf5Attributes Attributes => _dataset.Attributes;

    /// <param name="path">The file; emptied if it is there.</param>
    /// <param name="dataset">Path inside it, e.g. <c>/sr</c>.</param>
    /// <param name="axes">One letter of <c>tczyx</c> for each axis, slowest first; written as DIMENSION_LABELS.</param>
    /// <param name="shape">Lengths of the axes in that order.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="SrBatchException">It cannot be written (exit 74); axes that are none (78) or do not fit the shape (65).</exception>
    public static PlaneWriter Create(string path, string dataset, string axes, IReadOnlyList<long> shape, PlaneWriterOptions? options = null)
    {
        options ??= new PlaneWriterOptions();
        var lengths = shape.ToArray();
        var order = PlaneAxes.Parse(axes, path, dataset, lengths, new Hdf5Type(ElementType.Float32, "float32", IsBigEndian: false));
        var chunk = new long[lengths.Length];
        Array.Fill(chunk, 1);
        chunk[order.Y] = Math.Clamp(options.ChunkLength, 1, Math.Max(lengths[order.Y], 1));
        chunk[order.X] = Math.Clamp(options.ChunkLength, 1, Math.Max(lengths[order.X], 1));
        var file = Hdf5File.Create(path);
        try
        {
            var created = file.CreateDataset(dataset, ElementType.Float32, lengths, new Hdf5DatasetOptions
            {
                Chunk = chunk,
                GzipLevel = options.GzipLevel,
                Shuffle = options.Shuffle,
                CacheBytes = Hdf5ChunkCache.BytesFor(lengths, chunk, order.Y, order.X, sizeof(float)),
            });
            created.Attributes.Set("DIMENSION_LABELS", axes.Select(letter => letter.ToString()).ToArray());
            if (options.ElementSizeUm is { } size)
            {
                created.Attributes.Set("element_size_um", size.AsSpan());
            }
            return new PlaneWriter(file, created, order);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a box of one plane.</summary>
    /// <param name="plane">Which plane; 0 where the dataset has no such axis.</param>
    /// <param name="y">Top row of the box.</param>
    /// <param name="x">Left column of the box.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="source"><paramref name="height"/> x <paramref name="width"/> values, row by row.</param>
    /// <exception cref="ArgumentOutOfRangeException">The box leaves the dataset.</exception>
    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
    public void Write(PlaneIndex plane, long y, long x, int height, int width, ReadOnlySpan<float> source)
    {
        var rank = _dataset.Shape.Length;
        Span<long> start = stackalloc long[rank];
        Span<long> count = stackalloc long[rank];
        _axes.Box(_dataset.Shape, plane, y, x, height, width, start, count);
        var pixels = checked(height * width);
        if (_axes.Y < _axes.X)
        {
            _dataset.Write(start, count, source[..pixels]);
            return;
        }
        var columns = ArrayPool<float>.Shared.Rent(pixels);
        try
        {
            PlaneReader.Transpose(source, height, width, columns);
            _dataset.Write(start, count, columns.AsSpan(0, pixels));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(columns);
        }
    }

    /// <summary>Writes what is held back and closes the file; without it, it is not known to be whole.</summary>
    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
    public void Close() => _file.Close();

    public void Dispose() => _file.Dispose();
}
