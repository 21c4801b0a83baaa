using SrBatch.Core.Manifests;

namespace SrBatch.Core.Planning;

/// <summary>A manifest's entry for one existing file, with the headers that were read; the planner's input.</summary>
/// <param name="Entry">Glob entries come once for each file, with its id.</param>
/// <param name="Input">Null when it could not be read: then <paramref name="Problem"/> says why.</param>
/// <param name="Target">Null when the entry has none.</param>
/// <param name="Problem">Why the image cannot be done.</param>
/// <param name="InputStamp">See <see cref="PlannedImage.InputStamp"/>.</param>
public sealed record ResolvedImage(ImageEntry Entry, DatasetHeader? Input, DatasetHeader? Target, string? Problem, FileStamp? InputStamp = null);
