using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Planes;

/// <summary>
/// Makes a file with datasets of planes and puts packed chunks into them. The same chunks in the same order give the same bytes. What is never written
/// reads as 0. Give it a staged path and commit that after <see cref="Close"/>. One caller at a time.
/// </summary>
public sealed class PlaneWriter : IDisposable
{
    private readonly Hdf5File _file;
    private readonly Hdf5Dataset[] _datasets;

    private PlaneWriter(Hdf5File file, Hdf5Dataset[] datasets)
    {
        _file = file;
        _datasets = datasets;
    }

    /// <summary>Attributes of the first dataset; set them before <see cref="Close"/>.</summary>
    public Hdf5Attributes Attributes => _datasets[0].Attributes;

    /// <param name="path">The file; emptied if it is there.</param>
    /// <param name="layouts">One a dataset; all of one shape and order of axes.</param>
    /// <param name="elementSizeUm">
    /// Written as <c>element_size_um</c>, with 1 for an unknown z, and as dimension scales of the axes that are known; null, or without y or x: nothing of the
    /// kind is written.
    /// </param>
    /// <exception cref="SrBatchException">It cannot be written (exit 74); axes that are none (78) or do not fit the shape (65).</exception>
    public static PlaneWriter Create(string path, IReadOnlyList<PlaneLayout> layouts, ElementSize? elementSizeUm = null)
    {
        var axes = layouts.Select(layout => layout.ParseAxes(path)).ToArray();
        var file = Hdf5File.Create(path);
        try
        {
            var datasets = layouts.Zip(axes, (layout, order) => Create(file, layout, order)).ToArray();
            Measure(file, datasets, layouts[0].Axes, elementSizeUm);
            return new PlaneWriter(file, datasets);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <param name="dataset">Which of the layouts.</param>
    /// <param name="chunk">One that is not there yet.</param>
    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
    public unsafe void Write(int dataset, PackedChunk chunk)
    {
        using var scope = Hdf5Library.Enter();
        fixed (byte* bytes = chunk.Bytes.Span)
        {
            if (H5D.write_chunk(_datasets[dataset].Id, H5P.Default, skippedFilters: 0, chunk.Start, (nuint)chunk.Bytes.Length, bytes) < 0)
            {
                throw Hdf5Error.Writing(_file.Path, $"dataset '{_datasets[dataset].Path}' cannot be written at ({string.Join(", ", chunk.Start)})");
            }
        }
    }

    /// <summary>Closes the file; without it, the file is not whole.</summary>
    /// <exception cref="SrBatchException">The disk did not take it (exit 74).</exception>
    public void Close() => _file.Close();

    public void Dispose() => _file.Dispose();

    private static Hdf5Dataset Create(Hdf5File file, PlaneLayout layout, PlaneAxes axes)
    {
        var created = file.CreateDataset(layout.Dataset, layout.ElementType, [.. layout.Shape], new Hdf5DatasetOptions
        {
            Chunk = layout.Chunk(axes),
            GzipLevel = layout.GzipLevel,
            Shuffle = layout.Shuffle,
        });
        created.Attributes.Set("DIMENSION_LABELS", layout.Axes.Select(letter => letter.ToString()).ToArray());
        return created;
    }

    private static void Measure(Hdf5File file, Hdf5Dataset[] datasets, string axes, ElementSize? elementSizeUm)
    {
        if (elementSizeUm is not { Y: { } rowUm, X: { } columnUm } size)
        {
            return;
        }
        foreach (var dataset in datasets)
        {
            dataset.Attributes.Set("element_size_um", [size.Z ?? 1, rowUm, columnUm]);
        }
        DimensionScales.Attach(file, datasets, axes, [.. axes.Select(letter => letter switch
        {
            'x' => columnUm,
            'y' => rowUm,
            'z' => size.Z,
            _ => null,
        })]);
    }
}
