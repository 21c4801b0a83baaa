namespace SrBatch.Worker.Cluster;

/// <summary>A name that all processes started together share with no others, before or after: for a file by which they meet.</summary>
internal static class StartName
{
    /// <param name="variable">The environment.</param>
    /// <returns>Fit for a file; null: nothing tells this start from another.</returns>
    public static string? Of(Func<string, string?> variable)
    {
        // A step's number grows with each srun of a job; a requeued job counts its steps anew.
        string? name = variable("SLURM_JOB_ID") is { } job && variable("SLURM_STEP_ID") is { } step ? $"{job}.{step}.{variable("SLURM_RESTART_COUNT") ?? "0"}"
            : variable("PMIX_NAMESPACE") ?? variable("OMPI_MCA_ess_base_jobid");
        return name is { Length: > 0 } ? string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_')) : null;
    }
}
