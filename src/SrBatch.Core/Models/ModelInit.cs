namespace SrBatch.Core.Models;

/// <summary>The model that a training began with.</summary>
public sealed record ModelInit
{
    /// <summary>From its card.</summary>
    public required string Name { get; init; }
    public string? Group { get; init; }
    public required int Step { get; init; }

    /// <summary>Of its file, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Arrays of the new network that took its weights, of how many.</summary>
    public required int Carried { get; init; }
    public required int Arrays { get; init; }

    /// <summary>The others, which began at random: other shapes, or not in the model.</summary>
    public IReadOnlyList<string> Fresh { get; init; } = [];
}
