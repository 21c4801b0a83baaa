namespace SrBatch.Core.Planning;

/// <summary>What tells without opening a file whether it has changed.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="ModifiedUtc">Time of the last change, UTC, in steps of 100 ns.</param>
public readonly record struct FileStamp(long Length, DateTime ModifiedUtc);
