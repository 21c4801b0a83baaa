namespace SrBatch.Pipelines.Simulation;

/// <summary>Which pairs to simulate.</summary>
public sealed record SimulateRequest
{
    /// <summary>Folder for the pairs and their manifest.</summary>
    public required string Out { get; init; }

    public int Images { get; init; } = 24;

    /// <summary>Side of a target, pixels.</summary>
    public int Size { get; init; } = 256;

    /// <summary>Target pixels per input pixel: 1, 2 or 4.</summary>
    public int Scale { get; init; } = 2;

    /// <summary><c>filaments</c>, <c>spots</c>, <c>membranes</c> or <c>mixed</c>.</summary>
    public string Structure { get; init; } = "mixed";

    /// <summary><c>low-high-na</c>, <c>confocal-sted</c> or <c>tirf-sim</c>.</summary>
    public string Pair { get; init; } = "low-high-na";

    /// <summary>At least 0.</summary>
    public long Seed { get; init; } = 1;
}
