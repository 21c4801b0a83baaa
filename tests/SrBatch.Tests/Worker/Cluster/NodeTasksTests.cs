using SrBatch.Worker.Cluster;

namespace SrBatch.Tests.Worker.Cluster;

public class NodeTasksTests
{
    [Theory]
    [InlineData("", 1)]
    [InlineData("SLURM_TASKS_PER_NODE=2", 2)] // a batch script that starts its two tasks itself
    [InlineData("SLURM_TASKS_PER_NODE=2(x3),1 SLURM_NODEID=3", 1)]
    [InlineData("SLURM_TASKS_PER_NODE=2(x3),1 SLURM_NODEID=2", 2)]
    [InlineData("SLURM_TASKS_PER_NODE=1 SLURM_STEP_TASKS_PER_NODE=4", 4)]
    [InlineData("SLURM_NTASKS_PER_NODE=2 SLURM_TASKS_PER_NODE=1 SLURM_STEP_TASKS_PER_NODE=1", 2)] // one of several steps
    [InlineData("SLURM_MEM_PER_NODE=8000 SLURM_CPUS_ON_NODE=1 SLURM_JOB_CPUS_PER_NODE=4 SLURM_STEP_ID=0 SLURM_NTASKS_PER_NODE=4 "
        + "SLURM_TASKS_PER_NODE=4 SLURM_STEP_TASKS_PER_NODE=1", 1)] // srun --exact -n1: its memory is a quarter already
    [InlineData("SLURM_MEM_PER_CPU=2000 SLURM_CPUS_ON_NODE=2 SLURM_JOB_CPUS_PER_NODE=4 SLURM_STEP_ID=0 SLURM_NTASKS_PER_NODE=4 "
        + "SLURM_STEP_TASKS_PER_NODE=2", 2)]
    [InlineData("SLURM_CPUS_ON_NODE=1 SLURM_JOB_CPUS_PER_NODE=4 SLURM_STEP_ID=0 SLURM_NTASKS_PER_NODE=4 SLURM_STEP_TASKS_PER_NODE=1", 4)]
    [InlineData("OMPI_COMM_WORLD_LOCAL_SIZE=8 SLURM_TASKS_PER_NODE=1", 8)]
    [InlineData("MPI_LOCALNRANKS=3", 3)]
    [InlineData("SLURM_TASKS_PER_NODE=many SLURM_NTASKS_PER_NODE=0", 1)]
    public void Of_IsTheMostThatAnyVariableSays(string environment, int expected) => Assert.Equal(expected, NodeTasks.Of(Variables(environment)));

    [Theory]
    [InlineData("SLURM_MEM_PER_NODE=3000", 3000)]
    [InlineData("SLURM_MEM_PER_NODE=3000 SLURM_CPUS_ON_NODE=2 SLURM_JOB_CPUS_PER_NODE=2 SLURM_STEP_ID=0", 3000)]
    [InlineData("SLURM_MEM_PER_NODE=3000 SLURM_CPUS_ON_NODE=1 SLURM_JOB_CPUS_PER_NODE=2(x2) SLURM_STEP_ID=0", 1500)] // srun --exact
    [InlineData("SLURM_MEM_PER_CPU=500 SLURM_CPUS_PER_TASK=2 SLURM_TASKS_PER_NODE=3", 3000)]
    [InlineData("SLURM_MEM_PER_CPU=500 SLURM_CPUS_ON_NODE=4 SLURM_CPUS_PER_TASK=2", 2000)]
    [InlineData("SLURM_MEM_PER_CPU=500 SLURM_CPUS_ON_NODE=1 SLURM_JOB_CPUS_PER_NODE=4 SLURM_STEP_ID=0", 500)]
    [InlineData("SLURM_MEM_PER_GPU=8000 SLURM_GPUS_ON_NODE=2", 16000)]
    public void MemoryBytes_IsThatOfAllTasksOnTheNode(string environment, long megabytes) =>
        Assert.Equal(megabytes << 20, SlurmEnvironment.From(Variables(environment)).MemoryBytes);

    [Fact]
    public void FreeMemory_IsTheLeastOfTheNodeAndTheLimits()
    {
        string[] memory = ["MemTotal:       24000000 kB", "MemAvailable:    4000000 kB"];
        string[] limits = ["Limit                     Soft Limit           Hard Limit           Units", "Max address space         3000000000           unlimited            bytes"];
        string[] unlimited = ["Max address space         unlimited            unlimited            bytes"];
        Assert.Equal(3_000_000_000, FreeMemory.Least(memory, limits));
        Assert.Equal(4_000_000L << 10, FreeMemory.Least(memory, unlimited));
        Assert.Null(FreeMemory.Least([], unlimited));
        Assert.Null(FreeMemory.Least([], ["Max resident set          1000000000           unlimited            bytes"])); // Linux ignores it
    }

    private static Func<string, string?> Variables(string environment)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return name => variables.GetValueOrDefault(name);
    }
}
