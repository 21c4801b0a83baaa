namespace SrBatch.Pipelines.Registration;

/// <summary>Which pairs to align, and where the aligned ones go.</summary>
public sealed record RegisterRequest
{
    /// <summary>Path of the manifest.</summary>
    public required string Manifest { get; init; }

    /// <summary>Folder for the aligned pairs.</summary>
    public required string Out { get; init; }

    /// <summary>CPU threads; null: those of the Slurm task, else the cores of the process.</summary>
    public int? Threads { get; init; }
}
