namespace SrBatch.Pipelines.Models;

/// <summary>Which model to export, and in which form.</summary>
public sealed record ExportRequest
{
    /// <summary>Run folder; null: <see cref="Model"/> is set.</summary>
    public string? Run { get; init; }

    /// <summary>Model file; null: the run's.</summary>
    public string? Model { get; init; }

    /// <summary><see cref="PyTorch"/> or <see cref="BioImageIo"/>.</summary>
    public required string To { get; init; }

    /// <summary>Path of what is written.</summary>
    public required string Out { get; init; }

    public const string PyTorch = "pytorch", BioImageIo = "bioimageio";
}
