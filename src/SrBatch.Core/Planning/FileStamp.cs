namespace SrBatch.Core.Planning;

/// <summary>Length and time of a file, to see without opening it whether it has changed.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="ModifiedUtc">Time of the last change, UTC, in steps of 100 ns.</param>
public readonly record struct FileStamp(long Length, DateTime ModifiedUtc);
