using SrBatch.Storage.Files;

namespace SrBatch.Storage.Hdf5.Objects;

/// <summary>How files are opened for reading: where their links may lead, and who hears of a disk that fails for a moment.</summary>
public sealed record Hdf5ReadOptions
{
    /// <summary>
    /// Absolute folders, existing or not, into which (and below) a file's external links, raw files and virtual sources may lead,
    /// beside the folder of the file itself.
    /// </summary>
    public IReadOnlyList<string> LinkedFolders { get; init; } = [];

    /// <summary>Most bytes of unpacked chunks to keep of one image.</summary>
    public long MostChunkBytes { get; init; } = Hdf5ChunkCache.MostBytes;

    /// <summary>Tries again what the disk refuses for a moment.</summary>
    public SharedDiskRetry Retry { get; init; } = new(TimeProvider.System);

    /// <summary>Takes what is read; null: it is not counted.</summary>
    public ReadCounts? Counts { get; init; }
}
