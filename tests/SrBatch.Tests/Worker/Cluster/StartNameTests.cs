using SrBatch.Worker.Cluster;

namespace SrBatch.Tests.Worker.Cluster;

public class StartNameTests
{
    [Fact]
    public void Of_AStep_HasItsJobItselfAndTheRestart()
    {
        Assert.Equal("47.2.0", Of(("SLURM_JOB_ID", "47"), ("SLURM_STEP_ID", "2")));
        Assert.Equal("47.2.3", Of(("SLURM_JOB_ID", "47"), ("SLURM_STEP_ID", "2"), ("SLURM_RESTART_COUNT", "3")));
    }

    [Fact]
    public void Of_Mpirun_IsItsOwnNumber_FitForAFile() =>
        Assert.Equal("prterun-a.b-71_1", Of(("PMIX_NAMESPACE", "prterun-a.b-71@1"), ("SLURM_JOB_ID", "47")));

    [Fact]
    public void Of_NothingUnique_IsNull() => Assert.Null(Of(("PMI_RANK", "0"), ("SLURM_JOB_ID", "47")));

    private static string? Of(params (string Name, string Value)[] set) =>
        StartName.Of(name => set.FirstOrDefault(variable => variable.Name == name).Value);
}
