using SrBatch.Pipelines.Host;
using SrBatch.Worker.Cluster;

namespace SrBatch.Tests.Worker.Cluster;

/// <summary>Variables as Slurm 22.05, Open MPI 4.1 and MPICH 4.0 set them.</summary>
public sealed class LauncherRankTests
{
    [Theory]
    [InlineData("", 0, 1, 0, "no launcher")]
    [InlineData("SLURM_JOB_ID=5 SLURM_PROCID=0 SLURM_LOCALID=0 SLURM_NTASKS=4", 0, 1, 0, "no launcher")] // a batch script
    [InlineData(
        "SLURM_JOB_ID=5 SLURM_STEP_ID=0 SLURM_PROCID=3 SLURM_LOCALID=1 SLURM_STEP_NUM_TASKS=4 SLURM_NTASKS=4", 3, 4, 1, "SLURM_PROCID")]
    [InlineData(
        "SLURM_STEP_ID=0 SLURM_PROCID=1 SLURM_LOCALID=0 SLURM_STEP_NUM_TASKS=2 "
            + "OMPI_COMM_WORLD_RANK=3 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_RANK=1",
        3, 4, 1, "OMPI_COMM_WORLD_RANK")]
    [InlineData("PMI_RANK=2 PMI_SIZE=4 MPI_LOCALRANKID=0", 2, 4, 0, "PMI_RANK")]
    [InlineData("PMI_RANK=2 PMI_SIZE=4 SLURM_LOCALID=1 SLURM_STEP_ID=0 SLURM_PROCID=2 SLURM_STEP_NUM_TASKS=4", 2, 4, 1, "PMI_RANK")]
    [InlineData("SLURM_STEP_ID=0 SLURM_PROCID=x SLURM_STEP_NUM_TASKS=4", 0, 1, 0, "no launcher")]
    public void From_Variables_IsTheLaunchersRank(string variables, int index, int count, int local, string source) =>
        Assert.Equal(
            (index, count, local, source),
            LauncherRank.From(Variables(variables)) is var rank ? (rank.Index, rank.Count, rank.Local, rank.Source) : default);

    [Theory]
    [InlineData("", 1)]
    [InlineData("OMPI_COMM_WORLD_RANK=3 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_RANK=1 OMPI_COMM_WORLD_LOCAL_SIZE=2", 2)]
    [InlineData("PMI_RANK=2 PMI_SIZE=4 MPI_LOCALRANKID=0 MPI_LOCALNRANKS=3", 3)]
    [InlineData("PMI_RANK=2 PMI_SIZE=4 SLURM_STEP_ID=0 SLURM_NODEID=1 SLURM_STEP_TASKS_PER_NODE=3,1", 1)]
    [InlineData("PMI_RANK=2 PMI_SIZE=4", 4)] // unknown: as if all were here
    [InlineData("SLURM_STEP_ID=0 SLURM_PROCID=3 SLURM_LOCALID=1 SLURM_STEP_NUM_TASKS=4 SLURM_NODEID=1 SLURM_STEP_TASKS_PER_NODE=2(x2)", 2)]
    public void From_Variables_CountsTheProcessesOfTheNode(string variables, int expected) =>
        Assert.Equal(expected, LauncherRank.From(Variables(variables)).LocalCount);

    [Theory]
    [InlineData("4", 0, 4)]
    [InlineData("4", 1, null)]
    [InlineData("4(x2),1", 1, 4)]
    [InlineData("4(x2),1", 2, 1)]
    [InlineData("3,2(x3)", 3, 2)]
    [InlineData("x", 0, null)]
    [InlineData("4(x)", 0, null)]
    public void TasksOf_SlurmsForm_IsTheNodesNumber(string tasks, int node, int? expected) =>
        Assert.Equal(expected, LauncherRank.TasksOf(tasks, node));

    [Theory]
    [InlineData("CUDA_VISIBLE_DEVICES=0", 3, 1, 0)]
    [InlineData("CUDA_VISIBLE_DEVICES=2", 0, 1, 0)] // position, not number
    [InlineData("CUDA_VISIBLE_DEVICES=0,1 SLURM_JOB_ID=5", 1, 4, 1)]
    [InlineData("CUDA_VISIBLE_DEVICES=2,3 SLURM_JOB_ID=5 SLURM_JOB_GPUS=2,3", 2, 4, 0)]
    [InlineData("CUDA_VISIBLE_DEVICES=GPU-8f1a,GPU-77b2", 1, 4, 1)]
    [InlineData("CUDA_VISIBLE_DEVICES=", 0, 4, null)]
    [InlineData("CUDA_VISIBLE_DEVICES=-1", 0, 4, null)]
    [InlineData("CUDA_VISIBLE_DEVICES=NoDevFiles SLURM_JOB_ID=5", 0, 4, null)]
    [InlineData("", 0, 4, 0)]
    [InlineData("", 0, 0, null)]
    [InlineData("SLURM_JOB_ID=5", 0, 4, null)] // asked for none: all belong to others
    [InlineData("SLURM_JOB_ID=5 SLURM_GPUS_ON_NODE=2", 1, 2, 1)] // --gpu-bind=none
    public void GpuShare_Variables_ArePositions(string variables, int localRank, int visible, int? expected) =>
        Assert.Equal(expected, GpuShare.Of(Variables(variables), localRank, visible));

    [Theory]
    [InlineData("5", "bash", true)]
    [InlineData("5", "slurmstepd", false)]
    [InlineData(null, "bash", false)]
    [InlineData("5", null, false)]
    public void LaunchForm_ChildOfAShellInAJob_GetsAHint(string? job, string? parent, bool isHint)
    {
        string? hint = LaunchForm.Hint(new SlurmJob { JobId = job }, parent);
        const string expected =
            "started as a child of bash in job 5: Slurm signals only the script, so scancel, preemption, requeueing and "
            + "the time limit kill srbatch without a warning (finished work stays). Write 'exec srbatch ...' as the script's last command, "
            + "or 'srun srbatch ...' (docs/slurm.md). Ignore this if the script forwards signals.";
        Assert.Equal(isHint ? expected : null, hint);
    }

    private static Func<string, string?> Variables(string text)
    {
        var set = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return name => set.GetValueOrDefault(name);
    }
}
