using System.Globalization;

namespace SrBatch.Worker.Cluster;

/// <summary>
/// Chooses the GPU for this process. GPUs are counted only by their position in CUDA_VISIBLE_DEVICES: where Slurm hides the devices of
/// other jobs, the numbers in SLURM_JOB_GPUS and SLURM_STEP_GPUS are not those that the process sees.
/// </summary>
internal static class GpuShare
{
    /// <param name="variable">The environment.</param>
    /// <param name="localRank">Number of this process among those on its node, from 0.</param>
    /// <param name="visible">GPUs that the CUDA library would see without the variable.</param>
    /// <returns>Index of the process's GPU among the visible ones; null: none.</returns>
    public static int? Of(Func<string, string?> variable, int localRank, int visible)
    {
        string? devices = variable("CUDA_VISIBLE_DEVICES");
        if (devices is not null)
        {
            // CUDA stops at the first entry that it does not know: "-1" and "NoDevFiles" hide all GPUs.
            visible = devices.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .TakeWhile(entry => entry[0] != '-' && entry != "NoDevFiles").Count();
        }
        else if (variable("SLURM_JOB_ID") is not null && Number(variable("SLURM_GPUS_ON_NODE")) is not > 0)
        {
            return null; // the job asked for no GPU: those of the node belong to other jobs
        }
        return visible > 0 ? localRank % visible : null;
    }

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
