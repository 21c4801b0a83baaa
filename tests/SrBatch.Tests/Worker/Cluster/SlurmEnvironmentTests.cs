using SrBatch.Pipelines.Host;
using SrBatch.Worker.Cluster;

namespace SrBatch.Tests.Worker.Cluster;

public class SlurmEnvironmentTests
{
    [Fact]
    public void From_OutsideAJob_IsEmpty() => Assert.Equal(new SlurmJob(), SlurmEnvironment.From(_ => null));

    [Fact]
    public void From_ArrayTaskStartedAgain_HasEveryValue()
    {
        var variables = new Dictionary<string, string>
        {
            ["SLURM_JOB_ID"] = "1234",
            ["SLURM_ARRAY_TASK_ID"] = "7",
            ["SLURM_RESTART_COUNT"] = "2",
            ["SLURM_CPUS_PER_TASK"] = "16",
            ["SLURMD_NODENAME"] = "node-03",
        };
        Assert.Equal(
            new SlurmJob { JobId = "1234", ArrayTaskId = 7, RestartCount = 2, CpusPerTask = 16, NodeName = "node-03" },
            SlurmEnvironment.From(name => variables.GetValueOrDefault(name)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("4(y2)")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    public void From_ValueThatIsNoNumber_CountsAsUnset(string text) =>
        Assert.Equal(new SlurmJob { JobId = text, ArrayJobId = text, NodeName = text }, SlurmEnvironment.From(_ => text));

    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData("4000", null, null, 4000L << 20)]
    [InlineData("4000", "100", "8", 4000L << 20)] // Slurm sets one of them; a node's is the job's own
    [InlineData(null, "2000", "4", 8000L << 20)]
    [InlineData(null, "2000", null, 2000L << 20)]
    [InlineData("0", null, null, null)] // --mem=0: all that the node has
    [InlineData(null, "0", "4", null)]
    [InlineData("3000000", null, null, 3000000L << 20)] // nodes of terabytes
    [InlineData("4G", null, null, null)]
    public void MemoryBytes_IsWhatTheJobMayUseOnTheNode(string? node, string? cpu, string? cpus, long? expected)
    {
        var variables =
            new Dictionary<string, string?> { ["SLURM_MEM_PER_NODE"] = node, ["SLURM_MEM_PER_CPU"] = cpu, ["SLURM_CPUS_ON_NODE"] = cpus };
        Assert.Equal(expected, SlurmEnvironment.From(name => variables.GetValueOrDefault(name)).MemoryBytes);
    }
}
