using SrBatch.Core.Planning;
using SrBatch.Storage.Files;
using SrBatch.Storage.Hdf5.Objects;
using SrBatch.Storage.Hdf5.Planes;
using SrBatch.Storage.Images;

namespace SrBatch.Pipelines.Inference;

/// <summary>An output under a temporary name. Disposed before <see cref="Commit"/>, it is deleted. One caller at a time.</summary>
internal sealed class StagedImage : IDisposable
{
    private readonly StagedFile _file;
    private readonly PlaneWriter _writer;

    private StagedImage(StagedFile file, PlaneWriter writer) => (_file, _writer) = (file, writer);

    /// <exception cref="Core.Errors.SrBatchException">It cannot be written (exit 74).</exception>
    public static StagedImage Create(
        string path,
        IReadOnlyList<PlaneLayout> layouts,
        ElementSize? elementSizeUm,
        LocalCopies? local)
    {
        // As large as its pixels at most, with room to spare for what else is in the file.
        long most = layouts.Sum(layout => layout.Shape.Aggregate(sizeof(double), (long bytes, long length) => bytes * length));
        StagedFile file = AtomicFile.Stage(path, local?.HasRoomFor(most) == true ? local.Folder : null);
        try
        {
            return new StagedImage(file, PlaneWriter.Create(file.Path, layouts, elementSizeUm));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <exception cref="Core.Errors.SrBatchException">The disk did not take it (exit 74).</exception>
    public void Write(FinishedBlock block)
    {
        for (int dataset = 0; dataset < block.Datasets.Count; dataset++)
        {
            foreach (PackedChunk chunk in block.Datasets[dataset])
            {
                _writer.Write(dataset, chunk);
            }
        }
    }

    /// <exception cref="Core.Errors.SrBatchException">The disk did not take it (exit 74).</exception>
    public void Commit(Action<Hdf5Attributes> describe)
    {
        describe(_writer.Attributes);
        _writer.Close();
        _file.Commit();
    }

    public void Dispose()
    {
        _writer.Dispose();
        _file.Dispose();
    }
}
