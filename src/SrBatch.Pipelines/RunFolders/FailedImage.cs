namespace SrBatch.Pipelines.RunFolders;

/// <summary>An image without a result, and why.</summary>
internal sealed record FailedImage(string Image, string? Reason);
