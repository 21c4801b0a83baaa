namespace SrBatch.Pipelines.Host;

/// <summary>Where and how a network should run.</summary>
public sealed record ComputeRequest
{
    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary><c>auto</c>, <c>fp32</c> or <c>bf16</c>.</summary>
    public string Precision { get; init; } = "auto";

    /// <summary>CPU threads of the network; null: the CPUs of the Slurm task, else the cores of the process.</summary>
    public int? Threads { get; init; }

    /// <summary>Folder on a disk of this node for copies of inputs and for outputs in the making; null: none.</summary>
    public string? Stage { get; init; }

    /// <summary>How many restarts of the Slurm job in a row may make no progress.</summary>
    public int MaxRestarts { get; init; } = 10;
}
