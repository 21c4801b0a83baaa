namespace SrBatch.Pipelines.Host;

/// <summary>What the process may use of this node for computing.</summary>
public sealed record ComputeNode
{
    /// <summary>Folder of the site's own libtorch; null: the one next to the binary.</summary>
    public string? TorchFolder { get; init; }

    /// <summary>Maps the number of GPUs that CUDA sees to the index of the one that this process may use; null: none.</summary>
    public Func<int, int?> OwnGpu { get; init; } = visible => visible > 0 ? 0 : null;

    /// <summary>The environment variable that gives this process a GPU, with its value; null: it was given none.</summary>
    public string? AllocatedGpu { get; init; }

    /// <summary>Memory that is left on the node now, bytes; null: unknown. It changes with what others do.</summary>
    public Func<long?> FreeMemory { get; init; } = () => null;

    /// <summary>Processes of srbatch in this job on this node, this one included.</summary>
    public Func<int> Neighbours { get; init; } = () => 1;

    /// <summary>Processor cores that the process may use.</summary>
    public int Cores { get; init; } = Environment.ProcessorCount;
}
