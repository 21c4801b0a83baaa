namespace SrBatch.Worker.Cluster;

/// <summary>
/// Chooses the GPU for this process. GPUs are counted only by their position in CUDA_VISIBLE_DEVICES: where Slurm hides the devices of
/// other jobs, the numbers in SLURM_JOB_GPUS and SLURM_STEP_GPUS are not those that the process sees.
/// </summary>
internal static class GpuShare
{
    private const string Visible = "CUDA_VISIBLE_DEVICES";

    /// <param name="variable">The environment.</param>
    /// <param name="localRank">Number of this process among those on its node, from 0.</param>
    /// <param name="visible">GPUs that the CUDA library would see without the variable.</param>
    /// <returns>Index of the process's GPU among the visible ones; null: none.</returns>
    public static int? Of(Func<string, string?> variable, int localRank, int visible)
    {
        if (variable(Visible) is { } devices)
        {
            visible = Count(devices);
        }
        else if (variable("SLURM_JOB_ID") is not null && Allocated(variable) is null)
        {
            return null; // the job asked for no GPU: those of the node belong to other jobs
        }
        return visible > 0 ? localRank % visible : null;
    }

    /// <summary>Says whether this process was given a GPU, which it must then use.</summary>
    /// <param name="variable">The environment.</param>
    /// <returns>The variable that says so and its value, such as <c>SLURM_JOB_GPUS=0</c>; null: it has no GPU.</returns>
    public static string? Allocated(Func<string, string?> variable)
    {
        if (variable(Visible) is { } devices)
        {
            return Count(devices) > 0 ? $"{Visible}={devices}" : null;
        }
        // In a step without GPUs (srun --gres=none) of a job with GPUs, only the job's variable is left (seen on Slurm 22.05).
        string[] names = variable("SLURM_STEP_ID") is null
            ? ["SLURM_GPUS_ON_NODE", "SLURM_STEP_GPUS", "SLURM_JOB_GPUS"]
            : ["SLURM_GPUS_ON_NODE", "SLURM_STEP_GPUS"];
        return variable(names[0]) == "0" ? null : names.Where(name => variable(name) is { Length: > 0 } list && Count(list) > 0)
            .Select(name => $"{name}={variable(name)}").FirstOrDefault();
    }

    /// <summary>CUDA stops at the first entry that it does not know: "-1" and "NoDevFiles" hide all GPUs.</summary>
    private static int Count(string devices) =>
        devices.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .TakeWhile(entry => entry[0] != '-' && entry != "NoDevFiles").Count();
}
