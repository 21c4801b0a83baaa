using SrBatch.Storage.Files;

namespace SrBatch.Storage.Hdf5.Objects;

/// <summary>How files are opened for reading: where their links may lead, how much is cached, and how disk errors are retried.</summary>
public sealed record Hdf5ReadOptions
{
    /// <summary>
    /// Absolute folders into which, or below which, external links, raw files and virtual sources may lead, in addition to the folder of
    /// the file itself. They need not exist.
    /// </summary>
    public IReadOnlyList<string> LinkedFolders { get; init; } = [];

    /// <summary>Most bytes of unpacked chunks to keep for one image.</summary>
    public long MostChunkBytes { get; init; } = Hdf5ChunkCache.MostBytes;

    /// <summary>Repeats reads that fail for a moment on a shared disk.</summary>
    public SharedDiskRetry Retry { get; init; } = new(TimeProvider.System);

    /// <summary>Copies of files on a disk of this node; null: files are read where they are.</summary>
    public LocalCopies? Copies { get; init; }

    /// <summary>Takes what is read; null: it is not counted.</summary>
    public ReadCounts? Counts { get; init; }
}
