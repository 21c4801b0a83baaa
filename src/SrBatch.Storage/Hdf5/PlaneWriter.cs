using System.Buffers;
using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Chunks;

namespace SrBatch.Storage.Hdf5;

/// <summary>
/// Makes a file with one float32 dataset and fills it box by box. The same boxes in the same order give the same bytes.
/// What is never written reads as 0. Give it a staged path and commit that after <see cref="Close"/>. One caller at a time.
/// </summary>
public sealed class PlaneWriter : IDisposable
{
    private readonly Hdf5File _file;
    private readonly Hdf5Dataset _dataset;
    private readonly PlaneAxes _axes;
    private readonly ChunkWriter _chunks;

    private PlaneWriter(Hdf5File file, Hdf5Dataset dataset, PlaneAxes axes, ChunkWriter chunks)
    {
        _file = file;
        _dataset = dataset;
        _axes = axes;
        _chunks = chunks;
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
            });
            created.Attributes.Set("DIMENSION_LABELS", axes.Select(letter => letter.ToString()).ToArray());
            if (options.ElementSizeUm is { Y: { } rowUm, X: { } columnUm } size)
            {
                created.Attributes.Set("element_size_um", [size.Z ?? 1, rowUm, columnUm]);
                DimensionScales.Attach(file, created, axes, [.. axes.Select(letter => letter switch
                {
                    'x' => columnUm,
                    'y' => rowUm,
                    'z' => size.Z,
                    _ => null,
                })]);
            }
            var encoder = new ChunkEncoder(sizeof(float), options.Shuffle, options.GzipLevel);
            var chunks = new ChunkWriter(file.Path, created, Math.Min(order.Y, order.X), Math.Max(order.Y, order.X), encoder, options.Threads);
            return new PlaneWriter(file, created, order, chunks);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a box of one plane. Boxes may come in any order; full-width strips from top to bottom take the least memory.</summary>
    /// <param name="plane">Which plane; 0 where the dataset has no such axis.</param>
    /// <param name="y">Top row of the box.</param>
    /// <param name="x">Left column of the box.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="source"><paramref name="height"/> x <paramref name="width"/> values, row by row; below 2 GiB.</param>
    /// <exception cref="ArgumentOutOfRangeException">The box leaves the dataset.</exception>
    /// <exception cref="ArgumentException">A pixel is written twice; may also come from <see cref="Close"/>.</exception>
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
            _chunks.Write(start, count, MemoryMarshal.AsBytes(source[..pixels]));
            return;
        }
        var columns = ArrayPool<float>.Shared.Rent(pixels);
        try
        {
            PlaneReader.Transpose(source, height, width, columns);
            _chunks.Write(start, count, MemoryMarshal.AsBytes(columns.AsSpan(0, pixels)));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(columns);
        }
    }

    /// <summary>Writes what is held back and closes the file; without it, the file is not whole.</summary>
    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
    public void Close()
    {
        _chunks.Flush();
        _file.Close();
    }

    public void Dispose() => _file.Dispose();
}
