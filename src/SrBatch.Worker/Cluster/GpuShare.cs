using System.Globalization;

namespace SrBatch.Worker.Cluster;

/// <summary>
/// Which of the GPUs that a job sees is this process's. They are counted by their position in CUDA_VISIBLE_DEVICES alone: where Slurm hides other jobs' devices,
/// SLURM_JOB_GPUS and SLURM_STEP_GPUS number them otherwise than the process sees them.
/// </summary>
internal static class GpuShare
{
    /// <param name="variable">The environment.</param>
    /// <param name="localRank">See Number of this process among those on its node, from 0.</param>
    /// <returns>Index among the <paramref name="visible"/>; null: none is this process's.</returns>
    /// <param name="visible">GPUs that the CUDA library would see, where the variable does not limit them.</param>
    public static int? Of(Func<string, string?> variable, int localRank, int visible)
    {
        string? devices = variable("CUDA_VISIBLE_DEVICES");
        if (devices is not null)
        {
            // CUDA stops at the first entry that it does not know: "-1" and "NoDevFiles" hide all.
            visible = devices.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeWhile(entry => entry[0] != '-' && entry != "NoDevFiles").Count();
        }
        else if (variable("SLURM_JOB_ID") is not null && Number(variable("SLURM_GPUS_ON_NODE")) is not > 0)
        {
            return null; // in a job that asked for none, all that the node has are others'
        }
        return visible > 0 ? localRank % visible : null;
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
