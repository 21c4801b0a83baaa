namespace SrBatch.Pipelines.RunFolders;

/// <summary>Which model, or which ensemble, made an output.</summary>
/// <param name="Scale">Output pixels per input pixel.</param>
/// <param name="Name">Of the model; of several, separated by commas.</param>
/// <param name="Group">The group that the model was trained for; null: all images.</param>
/// <param name="Sha256">Of the model's file; of several, of theirs together.</param>
/// <param name="Members">SHA-256 of each model of an ensemble; empty for a single model.</param>
internal sealed record ModelOrigin(int Scale, string Name, string? Group, string Sha256, IReadOnlyList<string> Members);
