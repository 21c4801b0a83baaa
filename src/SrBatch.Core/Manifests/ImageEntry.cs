namespace SrBatch.Core.Manifests;

/// <summary>One entry of a manifest's images: one image, or with <see cref="Glob"/> as many as there are files.</summary>
public sealed record ImageEntry
{
    /// <summary>Where the entry stands, for messages: <c>images[2]</c>, or <c>night.csv line 7</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Name of the output file; null for a glob, whose images are named by their files.</summary>
    public string? Id { get; init; }

    /// <summary>Pattern of files relative to the manifest's folder, <c>**</c> for any depth.</summary>
    public string? Glob { get; init; }

    /// <summary>Kind of subject: scores are summed up by it, and it may have a model of its own.</summary>
    public string Group { get; init; } = "default";
    public Split Split { get; init; } = Split.Infer;
    public DatasetReference Input { get; init; } = new();
    public DatasetReference? Target { get; init; }

    /// <summary>File systems allow 255 bytes; the ending and a temporary's marks take some.</summary>
    public const int LongestId = 200;

    /// <summary>Letters, digits, dot, dash, underscore: an id is a file name.</summary>
    public static bool IsId(string id) =>
        id.Length is > 0 and <= LongestId && id[0] != '.' && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
