using System.Buffers;
using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Flavours;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Planes;

/// <summary>
/// Reads boxes of the 2-D planes of an image as float32, whatever the order of its axes and the number of its datasets. Keeps the unpacked
/// chunks under a row of tiles (at most 256 MiB). Safe to call from several threads.
/// </summary>
public sealed class PlaneReader : IDisposable
{
    private readonly Hdf5File _file;
    private readonly ImageParts _image;
    private readonly PlaneAxes _axes;

    private PlaneReader(Hdf5File file, ImageParts image, PlaneAxes axes)
    {
        _file = file;
        _image = image;
        _axes = axes;
    }

    /// <summary>Pixels along y.</summary>
    public long Height => _image.Shape[_axes.Y];

    /// <summary>Pixels along x.</summary>
    public long Width => _image.Shape[_axes.X];

    /// <summary>Lengths of the t, c and z axes; 1 for a missing axis.</summary>
    public PlaneIndex Planes => new(
        PlaneAxes.Length(_image.Shape, _axes.T), PlaneAxes.Length(_image.Shape, _axes.C), PlaneAxes.Length(_image.Shape, _axes.Z));

    /// <summary>Lengths of the image's axes, without padding.</summary>
    public IReadOnlyList<long> Shape => _image.Shape;

    /// <summary>Type of the values, as they are meant.</summary>
    public ElementType ElementType => _image.ElementType;

    /// <summary>
    /// Type that limits the values: that of <see cref="ElementType"/>, or the integers that they are apart from missing values.
    /// </summary>
    public ElementType SourceType => _image.SourceType;

    /// <param name="file">Path of the file.</param>
    /// <param name="dataset">Path inside it, e.g. <c>/low</c>, or a <see cref="DatasetPattern"/>.</param>
    /// <param name="axes">One letter of <c>tczyx</c> for each axis, slowest first, with y and x; those of the pattern come first.</param>
    /// <param name="reading">See <see cref="Hdf5File.OpenRead"/>.</param>
    /// <exception cref="SrBatchException">
    /// The file or dataset is missing, damaged, not numbers, of another rank, or needs a filter that this node lacks (exit 65); the axes
    /// are invalid (78).
    /// </exception>
    public static PlaneReader Open(string file, string dataset, string axes, Hdf5ReadOptions? reading = null)
    {
        var copy = reading?.Copies?.Find(file, dataset);
        if (copy is null)
        {
            var source = OpenAt(file, null, dataset, axes, reading);
            if (reading?.Copies is not { } copies)
            {
                return source;
            }
            try
            {
                copy = copies.Make(file, dataset, source.IsWholeInItsFile());
            }
            catch
            {
                source.Dispose();
                throw;
            }
            if (copy is null)
            {
                return source;
            }
            source.Dispose();
        }
        try
        {
            return OpenAt(file, copy, dataset, axes, reading);
        }
        catch (SrBatchException) when (!System.IO.File.Exists(copy))
        {
            return OpenAt(file, null, dataset, axes, reading); // another thread needed the room
        }
    }

    private static PlaneReader OpenAt(string file, string? copy, string dataset, string axes, Hdf5ReadOptions? reading)
    {
        var opened = Hdf5File.OpenRead(file, reading, copy);
        ImageParts? image = null;
        try
        {
            using var scope = Hdf5Library.Enter(opened.Path);
            image = new ImageParts(opened, ImageFlavour.Of(opened), dataset);
            var order = PlaneAxes.Parse(axes, opened.Path, image.Name, image.Shape, image.First.Type);
            if (!axes.StartsWith(image.NumberedAxes, StringComparison.Ordinal))
            {
                throw new SrBatchException(ExitCode.BadManifest,
                    $"{opened.Path}: axes '{axes}' of '{image.Name}' must begin with '{image.NumberedAxes}', "
                    + "the axes that it numbers. Set input.axes so.");
            }
            image.RequireFirstReadable();
            image.KeepChunks(order, reading?.MostChunkBytes ?? Hdf5ChunkCache.MostBytes);
            return new PlaneReader(opened, image, order);
        }
        catch
        {
            image?.Dispose();
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
    /// <exception cref="SrBatchException">The data are damaged, or the file changed after it was opened (exit 65).</exception>
    public void Read(PlaneIndex plane, long y, long x, int height, int width, Span<float> destination)
    {
        var rank = _image.Shape.Length;
        Span<long> start = stackalloc long[rank];
        Span<long> count = stackalloc long[rank];
        _axes.Box(_image.Shape, plane, y, x, height, width, start, count);
        var pixels = checked(height * width);
        if (_axes.Y < _axes.X)
        {
            _image.Read(start, count, destination[..pixels]);
            return;
        }
        var columns = ArrayPool<float>.Shared.Rent(pixels);
        try
        {
            _image.Read(start, count, columns.AsSpan(0, pixels));
            Transpose(columns, width, height, destination);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(columns);
        }
    }

    /// <summary>
    /// Number of pixels of a box of one plane that were never written, and so read as the fill value. The index of the file tells it; no
    /// pixel is read.
    /// </summary>
    /// <inheritdoc cref="Read"/>
    public long NeverWritten(PlaneIndex plane, long y, long x, int height, int width)
    {
        Span<long> start = stackalloc long[_image.Shape.Length];
        Span<long> count = stackalloc long[_image.Shape.Length];
        _axes.Box(_image.Shape, plane, y, x, height, width, start, count);
        return _image.NeverWritten(start, count);
    }

    public void Dispose()
    {
        _image.Dispose();
        _file.Dispose();
    }

    /// <summary>Whether no part of the image is in another file.</summary>
    private bool IsWholeInItsFile()
    {
        using var scope = Hdf5Library.Enter(_file.Path);
        _image.OpenAll();
        return !_file.Guard.LeadsElsewhere;
    }

    /// <summary>Transposes <paramref name="rows"/> x <paramref name="columns"/> values.</summary>
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
