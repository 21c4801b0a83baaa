using SrBatch.Core.Manifests;

namespace SrBatch.Core.Planning;

/// <summary>A manifest's entry for one existing file, with the headers read; input of the planner.</summary>
/// <param name="Entry">An entry with a glob appears once for each file, with that file's id.</param>
/// <param name="Input">Null when the header could not be read; <paramref name="Problem"/> says why.</param>
/// <param name="Target">Null when the entry has no target.</param>
/// <param name="Problem">Why the image cannot be processed; null when it can.</param>
/// <param name="InputStamp">See <see cref="PlannedImage.InputStamp"/>.</param>
/// <param name="TargetStamp">See <see cref="PlannedImage.TargetStamp"/>.</param>
public sealed record ResolvedImage(
    ImageEntry Entry,
    DatasetHeader? Input,
    DatasetHeader? Target,
    string? Problem,
    FileStamp? InputStamp = null,
    FileStamp? TargetStamp = null);
