using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Planes;

/// <summary>
/// Writes an HDF5 file of images: all datasets of planes that srbatch writes come from here. The same calls give the same bytes. Pixels
/// that are never written read as 0. Write to a staged path and commit it after <see cref="Close"/>. Not safe for use by several threads.
/// </summary>
public sealed class PlaneWriter : IDisposable
{
    private readonly Hdf5File _file;
    private readonly IReadOnlyList<PlaneLayout> _layouts;
    private readonly Hdf5Dataset[] _datasets;

    private PlaneWriter(Hdf5File file, IReadOnlyList<PlaneLayout> layouts, Hdf5Dataset[] datasets)
    {
        _file = file;
        _layouts = layouts;
        _datasets = datasets;
    }

    /// <summary>Attributes of the first dataset; set them before <see cref="Close"/>.</summary>
    public Hdf5Attributes Attributes => AttributesOf(0);

    /// <summary>Attributes of the file (its root group); set them before <see cref="Close"/>.</summary>
    public Hdf5Attributes FileAttributes => _file.Attributes;

    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="layouts">One for each dataset.</param>
    /// <param name="elementSizeUm">
    /// Size of a voxel of all datasets, which must then have one shape and one order of axes. If y and x are known, it is written as
    /// <c>element_size_um</c> (1 for an unknown z) and as dimension scales of the axes whose size is known.
    /// Null: each dataset has the size in its layout and no scales.
    /// </param>
    /// <exception cref="SrBatchException">
    /// The file cannot be written (exit 74); a layout's axes are invalid (78) or do not fit its shape (65).
    /// </exception>
    public static PlaneWriter Create(string path, IReadOnlyList<PlaneLayout> layouts, ElementSize? elementSizeUm = null)
    {
        var axes = layouts.Select(layout => layout.ParseAxes(path)).ToArray();
        var file = Hdf5File.Create(path);
        try
        {
            var datasets = layouts.Zip(axes, (layout, order) => CreateDataset(file, layout, order)).ToArray();
            for (var n = 0; n < datasets.Length; n++)
            {
                SetElementSize(datasets[n].Attributes, elementSizeUm ?? layouts[n].ElementSizeUm);
            }
            if (elementSizeUm is { Y: not null, X: not null })
            {
                DimensionScales.Attach(file, datasets, layouts[0].Axes, Steps(layouts[0].Axes, elementSizeUm));
            }
            return new PlaneWriter(file, layouts, datasets);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Attributes of a dataset; set them before <see cref="Close"/>.</summary>
    /// <param name="dataset">Index of its layout.</param>
    public Hdf5Attributes AttributesOf(int dataset) => _datasets[dataset].Attributes;

    /// <summary>Packs a plane on the calling thread and writes it.</summary>
    /// <param name="dataset">Index of its layout.</param>
    /// <param name="plane">Which plane; 0 where the dataset has no such axis.</param>
    /// <param name="values">
    /// All pixels, row by row. An integer type gets the nearest integer, or its limit for a value that it cannot hold.
    /// </param>
    /// <exception cref="SrBatchException">The disk refused it (exit 74).</exception>
    public void WritePlane(int dataset, PlaneIndex plane, ReadOnlyMemory<float> values)
    {
        var layout = _layouts[dataset];
        var axes = layout.ParseAxes(_file.Path);
        int height = checked((int)layout.Shape[axes.Y]), width = checked((int)layout.Shape[axes.X]);
        var strip = (int)layout.Chunk(axes)[axes.Y];
        var packer = new ChunkPacker(layout, threads: 1);
        for (var y = 0; y < height; y += strip)
        {
            var rows = Math.Min(strip, height - y);
            foreach (var chunk in packer.Pack(plane, y, 0, rows, width, values.Slice(y * width, rows * width), out _))
            {
                Write(dataset, chunk);
            }
        }
    }

    /// <param name="dataset">Index of its layout.</param>
    /// <param name="chunk">A chunk that has not been written yet.</param>
    /// <exception cref="SrBatchException">The disk refused it (exit 74).</exception>
    public unsafe void Write(int dataset, PackedChunk chunk)
    {
        using var scope = Hdf5Library.Enter();
        var id = _datasets[dataset].Id;
        fixed (byte* bytes = chunk.Bytes.Span)
        {
            if (H5D.write_chunk(id, H5P.Default, skippedFilters: 0, chunk.Start, (nuint)chunk.Bytes.Length, bytes) < 0)
            {
                var place = string.Join(", ", chunk.Start);
                throw Hdf5Error.Writing(_file.Path, $"dataset '{_datasets[dataset].Path}' cannot be written at ({place})");
            }
        }
    }

    /// <summary>Closes the file. Without it, the file is incomplete.</summary>
    /// <exception cref="SrBatchException">The disk refused it (exit 74).</exception>
    public void Close() => _file.Close();

    public void Dispose() => _file.Dispose();

    private static Hdf5Dataset CreateDataset(Hdf5File file, PlaneLayout layout, PlaneAxes axes)
    {
        var created = file.CreateDataset(layout.Dataset, layout.ElementType, [.. layout.Shape], new Hdf5DatasetOptions
        {
            Chunk = layout.Chunk(axes),
            GzipLevel = layout.GzipLevel,
            Shuffle = layout.Shuffle,
        });
        created.Attributes.Set("DIMENSION_LABELS", layout.AxisNames ?? [.. layout.Axes.Select(letter => letter.ToString())]);
        return created;
    }

    private static void SetElementSize(Hdf5Attributes attributes, ElementSize? sizeUm)
    {
        if (sizeUm is { Y: { } rowUm, X: { } columnUm })
        {
            attributes.Set("element_size_um", [sizeUm.Z ?? 1, rowUm, columnUm]);
        }
    }

    /// <summary>Distance of neighbouring indices along each axis, micrometres; null where it is unknown.</summary>
    private static double?[] Steps(string axes, ElementSize sizeUm) => [.. axes.Select(letter => letter switch
    {
        'x' => sizeUm.X,
        'y' => sizeUm.Y,
        'z' => sizeUm.Z,
        _ => null,
    })];
}
