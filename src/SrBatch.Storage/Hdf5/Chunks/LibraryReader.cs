using System.Runtime.InteropServices;
using SrBatch.Core.Errors;
using SrBatch.Storage.Hdf5.Native;
using SrBatch.Storage.Hdf5.Types;

namespace SrBatch.Storage.Hdf5.Chunks;

/// <summary>
/// Reads boxes of a dataset with libhdf5: all layouts and filters that we do not undo ourselves. The library unpacks; we convert, because
/// its conversion is slow. Works block by block to limit memory.
/// </summary>
/// <param name="dataset">The dataset; the caller closes it.</param>
/// <param name="file">Path of the file.</param>
/// <param name="path">Path of the dataset inside it.</param>
/// <param name="shape">Lengths of the dataset's axes.</param>
/// <param name="chunk">Lengths of a chunk; null if the dataset is not chunked.</param>
/// <param name="isFilled">False if the library leaves memory unchanged where nothing was written.</param>
internal sealed unsafe class LibraryReader(Hdf5Handle dataset, string file, string path, long[] shape, long[]? chunk, bool isFilled)
{
    /// <summary>Block size, bytes: stays in the second-level cache until it is converted.</summary>
    private const long BlockBytes = 1 << 20;

    /// <summary>The same for chunked datasets: cutting fewer chunks gains more than a cache.</summary>
    private const long ChunkedBlockBytes = 64 << 20;

    /// <summary>Reads a box of at least one value of plain numbers.</summary>
    /// <exception cref="SrBatchException">The data are damaged or a filter is missing (exit 65).</exception>
    internal void Read(ReadOnlySpan<long> start, ReadOnlySpan<long> count, byte* destination, ValueCopy values)
    {
        if (values.IsIdentity)
        {
            Read(start, count, destination, values.SourceBytes, memoryType: null);
            return;
        }
        var grid = new ChunkGrid(shape, BlockLengths(start, count, values.SourceBytes));
        var part = new ChunkPart(stackalloc long[3 * count.Length]);
        var blocks = grid.CountUnder(start, count);
        for (var n = 0L; n < blocks; n++)
        {
            grid.Locate(start, count, n, ref part);
            var bytes = (nuint)values.SourceBytes;
            foreach (var length in part.Count)
            {
                bytes *= (nuint)length;
            }
            var block = (byte*)NativeMemory.Alloc(bytes);
            try
            {
                Read(part.Start, part.Count, block, values.SourceBytes, memoryType: null);
                BoxCopy.Run(values, block, part.Start, part.Count, destination, start, count, in part);
            }
            finally
            {
                NativeMemory.Free(block);
            }
        }
    }

    /// <summary>Reads a box with the library's conversion.</summary>
    /// <param name="start">First index along each axis.</param>
    /// <param name="count">Number of indices along each axis.</param>
    /// <param name="destination">Room for all values of the box.</param>
    /// <param name="valueBytes">Size of a value in memory.</param>
    /// <param name="memoryType">Type in memory; null: the type on disk.</param>
    /// <exception cref="SrBatchException">The data are damaged or a filter is missing (exit 65).</exception>
    internal void Read(ReadOnlySpan<long> start, ReadOnlySpan<long> count, byte* destination, int valueBytes, Hdf5Handle? memoryType)
    {
        using var scope = Hdf5Library.Enter(file);
        if (!isFilled)
        {
            var bytes = (nuint)valueBytes;
            foreach (var length in count)
            {
                bytes *= (nuint)length;
            }
            NativeMemory.Clear(destination, bytes);
        }
        using var diskType = Hdf5Handle.Type(H5D.get_type(dataset.Id));
        using var fileSpace = Hdf5Handle.Space(Hdf5Space.Select(dataset, start, count));
        using var memorySpace = Hdf5Handle.Space(Hdf5Space.SpaceOf(count));
        if (H5D.read(dataset.Id, (memoryType ?? diskType).Id, memorySpace.Id, fileSpace.Id, H5P.Default, destination) < 0)
        {
            var at = string.Join(", ", start.ToArray());
            throw Hdf5Error.Reading(file, $"dataset '{path}' cannot be read at ({at}), size ({string.Join(", ", count.ToArray())})");
        }
    }

    /// <summary>Returns false if the first value, which must be a number, cannot be read.</summary>
    internal bool CanReadFirst()
    {
        var count = new long[shape.Length];
        Array.Fill(count, 1);
        ulong value;
        try
        {
            Read(new long[shape.Length], count, (byte*)&value, sizeof(ulong), memoryType: null);
            return true;
        }
        catch (SrBatchException)
        {
            return false;
        }
    }

    /// <summary>Lengths of a block: complete chunks, or single values, combined from the last axis on until a block is full.</summary>
    private long[] BlockLengths(ReadOnlySpan<long> start, ReadOnlySpan<long> count, int valueBytes)
    {
        var lengths = new long[shape.Length];
        // In double because the lengths of a chunk come from a header and may be arbitrarily large.
        double bytes = valueBytes;
        for (var axis = 0; axis < lengths.Length; axis++)
        {
            lengths[axis] = Math.Min(chunk?[axis] ?? 1, shape[axis]);
            bytes *= lengths[axis];
        }
        for (var axis = lengths.Length - 1; axis >= 0; axis--)
        {
            var across = (start[axis] + count[axis] - 1) / lengths[axis] - start[axis] / lengths[axis] + 1;
            var fitting = Math.Min(across, (long)Math.Max(1, (chunk is null ? BlockBytes : ChunkedBlockBytes) / bytes));
            lengths[axis] = Math.Min(lengths[axis] * fitting, shape[axis]);
            bytes *= fitting;
            if (fitting < across)
            {
                break;
            }
        }
        return lengths;
    }
}
