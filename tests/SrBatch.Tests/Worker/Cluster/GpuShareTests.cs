using SrBatch.Worker.Cluster;

namespace SrBatch.Tests.Worker.Cluster;

public class GpuShareTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("CUDA_VISIBLE_DEVICES=0", "CUDA_VISIBLE_DEVICES=0")]
    [InlineData("CUDA_VISIBLE_DEVICES=GPU-5b1a,MIG-7", "CUDA_VISIBLE_DEVICES=GPU-5b1a,MIG-7")]
    [InlineData("CUDA_VISIBLE_DEVICES=", null)]
    [InlineData("CUDA_VISIBLE_DEVICES=-1", null)]
    [InlineData("CUDA_VISIBLE_DEVICES=NoDevFiles", null)]
    [InlineData("CUDA_VISIBLE_DEVICES= SLURM_JOB_GPUS=0 SLURM_GPUS_ON_NODE=1", null)] // hidden by the user
    [InlineData("SLURM_JOB_GPUS=0,1", "SLURM_JOB_GPUS=0,1")]
    [InlineData("SLURM_GPUS_ON_NODE=2", "SLURM_GPUS_ON_NODE=2")]
    [InlineData("SLURM_GPUS_ON_NODE=0 SLURM_JOB_GPUS=0", null)]
    [InlineData("SLURM_STEP_ID=0 SLURM_STEP_GPUS=1", "SLURM_STEP_GPUS=1")]
    [InlineData("SLURM_STEP_ID=0 SLURM_GPUS_ON_NODE=1 SLURM_JOB_GPUS=3", "SLURM_GPUS_ON_NODE=1")]
    [InlineData("SLURM_STEP_ID=0 SLURM_JOB_GPUS=0,1", null)] // srun --gres=none in a job with GPUs, seen on Slurm 22.05
    public void Allocated_NamesTheVariableThatGivesAGpu(string environment, string? expected) =>
        Assert.Equal(expected, GpuShare.Allocated(Variables(environment)));

    [Theory]
    [InlineData("", 4, 1, 1)]
    [InlineData("CUDA_VISIBLE_DEVICES=2,3", 8, 3, 1)]
    [InlineData("CUDA_VISIBLE_DEVICES=-1", 8, 0, null)]
    [InlineData("SLURM_JOB_ID=1", 8, 0, null)]
    [InlineData("SLURM_JOB_ID=1 SLURM_GPUS_ON_NODE=2", 2, 1, 1)]
    [InlineData("SLURM_JOB_ID=1 SLURM_STEP_ID=0 SLURM_JOB_GPUS=0", 2, 1, null)]
    public void Of_CountsVisibleGpusByPosition(string environment, int visible, int localRank, int? expected) =>
        Assert.Equal(expected, GpuShare.Of(Variables(environment), localRank, visible));

    private static Func<string, string?> Variables(string environment)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return name => variables.GetValueOrDefault(name);
    }
}
