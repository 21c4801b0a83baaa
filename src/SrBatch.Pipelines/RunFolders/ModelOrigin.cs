namespace SrBatch.Pipelines.RunFolders;

/// <summary>Which model, or which ensemble, made an output.</summary>
/// <param name="Scale">Output pixels per input pixel.</param>
/// <param name="Name">Name of the model; several are separated by commas.</param>
/// <param name="Group">The group that the model was trained for; null: all images.</param>
/// <param name="Sha256">SHA-256 of the model's file; for several models one of all together.</param>
/// <param name="Members">SHA-256 of each model of an ensemble; empty for a single model.</param>
internal sealed record ModelOrigin(int Scale, string Name, string? Group, string Sha256, IReadOnlyList<string> Members);
