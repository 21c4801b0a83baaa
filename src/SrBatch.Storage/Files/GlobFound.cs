namespace SrBatch.Storage.Files;

/// <summary>What a pattern matches.</summary>
/// <param name="Files">Absolute paths, in ordinal order.</param>
/// <param name="OtherCase">Files that would match if upper and lower case were alike.</param>
/// <param name="NotUtf8">Files that match, and folders on the way, that cannot be opened because their names are not UTF-8.</param>
/// <param name="Unreadable">Folders that may have such files and cannot be listed: path and reason in one sentence.</param>
public sealed record GlobFound(
    IReadOnlyList<string> Files,
    IReadOnlyList<string> OtherCase,
    IReadOnlyList<OddName> NotUtf8,
    IReadOnlyList<string> Unreadable);
