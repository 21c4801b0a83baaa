namespace SrBatch.Core.Models;

/// <summary>The model that a training started from.</summary>
public sealed record ModelInit
{
    /// <summary>The name in the model's card.</summary>
    public required string Name { get; init; }
    public string? Group { get; init; }
    public required int Step { get; init; }

    /// <summary>Checksum of the model's file, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Number of the new network's arrays that were copied from the model.</summary>
    public required int Carried { get; init; }

    /// <summary>Number of the new network's arrays.</summary>
    public required int Arrays { get; init; }

    /// <summary>Arrays that started at random: those missing from the model or of another shape there.</summary>
    public IReadOnlyList<string> Fresh { get; init; } = [];
}
