namespace SrBatch.Core.Manifests;

/// <summary>One entry of a manifest's images: one image or, with <see cref="Glob"/>, one for each matching file.</summary>
public sealed record ImageEntry
{
    /// <summary>Where the entry is, for messages: <c>images[2]</c> or <c>night.csv line 7</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Name of the output file. Null for a glob: its images take the names of their files.</summary>
    public string? Id { get; init; }

    /// <summary>Pattern for file paths relative to the manifest's folder; <c>**</c> matches folders of any depth.</summary>
    public string? Glob { get; init; }

    /// <summary>Kind of specimen. Scores are summarised by group, and each group can have its own model.</summary>
    public string Group { get; init; } = "default";
    public Split Split { get; init; } = Split.Infer;
    public DatasetReference Input { get; init; } = new();
    public DatasetReference? Target { get; init; }

    /// <summary>File systems allow 255 bytes. The extension and the suffix of temporary files need some of them.</summary>
    public const int LongestId = 200;

    /// <summary>Whether the text can be an id. Ids become file names: letters, digits, dot, dash, underscore.</summary>
    public static bool IsId(string id) =>
        id.Length is > 0 and <= LongestId && id[0] != '.' && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
