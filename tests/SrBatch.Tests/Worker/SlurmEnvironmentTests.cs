using SrBatch.Worker.Cluster;

namespace SrBatch.Tests.Worker;

public class SlurmEnvironmentTests
{
    [Fact]
    public void From_OutsideAJob_IsEmpty() => Assert.Equal(new SlurmEnvironment(), SlurmEnvironment.From(_ => null));

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
            new SlurmEnvironment { JobId = "1234", ArrayTaskId = 7, RestartCount = 2, CpusPerTask = 16, NodeName = "node-03" },
            SlurmEnvironment.From(name => variables.GetValueOrDefault(name)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("4(x2)")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    public void From_ValueThatIsNoNumber_CountsAsUnset(string text) =>
        Assert.Equal(new SlurmEnvironment { JobId = text, NodeName = text }, SlurmEnvironment.From(_ => text));
}
