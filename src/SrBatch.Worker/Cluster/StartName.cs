namespace SrBatch.Worker.Cluster;

/// <summary>A name that only the processes of one start share. They find each other through a file of this name.</summary>
internal static class StartName
{
    /// <param name="variable">The environment.</param>
    /// <returns>A name fit for a file; null: the environment does not identify the start.</returns>
    public static string? Of(Func<string, string?> variable)
    {
        // The step number grows with each srun of a job; a requeued job starts again at 0.
        string? name = variable("SLURM_JOB_ID") is { } job && variable("SLURM_STEP_ID") is { } step
            ? $"{job}.{step}.{variable("SLURM_RESTART_COUNT") ?? "0"}"
            : variable("PMIX_NAMESPACE") ?? variable("OMPI_MCA_ess_base_jobid");
        return name is { Length: > 0 }
            ? string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'))
            : null;
    }
}
