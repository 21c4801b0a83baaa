namespace SrBatch.Pipelines.Inspection;

/// <summary>What to look for on this node.</summary>
public sealed record DoctorRequest
{
    /// <summary>See <see cref="Host.ComputeRequest.Device"/>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Looks up an environment variable; null when it is not set.</summary>
    public required Func<string, string?> Variable { get; init; }
}
