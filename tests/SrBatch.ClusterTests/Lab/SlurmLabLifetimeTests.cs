using System.Diagnostics;

namespace SrBatch.ClusterTests.Lab;

/// <summary>What labs leave behind: nothing.</summary>
public sealed class SlurmLabLifetimeTests(SlurmLabFixture cluster, ITestOutputHelper output) : IClassFixture<SlurmLabFixture>
{
    private readonly SlurmLab _lab = cluster.Lab;

    [Fact]
    public void SecondLab_WithAJobThatIgnoresSignals_LeavesNothing()
    {
        var time = Stopwatch.StartNew();
        SlurmLab second = SlurmLab.Start();
        output.WriteLine($"started in {time.ElapsedMilliseconds} ms");
        Assert.Empty(second.Nodes.Intersect(_lab.Nodes));
        string folder;
        using (second)
        {
            string id = second.Submit("--time=2", "--output=/dev/null", "--wrap", "trap '' TERM; setsid sleep 500 & sleep 500; sleep 500");
            second.WaitFor(id, "RUNNING", TimeSpan.FromSeconds(30));
            folder = Path.GetDirectoryName(Path.GetDirectoryName(second.Configuration))!;
            Assert.True(Directory.Exists(folder));
            time.Restart();
        }
        output.WriteLine($"stopped in {time.ElapsedMilliseconds} ms");
        Assert.False(Directory.Exists(folder));
        Assert.Empty(ProcessTable.WithEnvironment($"SLURM_CONF={second.Configuration}"));
        Assert.Empty(ControlGroups.Remove(second.Nodes[0][..^1]));
    }
}
