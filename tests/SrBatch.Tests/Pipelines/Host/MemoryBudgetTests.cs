using SrBatch.Pipelines.Host;

namespace SrBatch.Tests.Pipelines.Host;

public class MemoryBudgetTests
{
    private const long MiB = 1 << 20, GiB = 1 << 30;

    [Fact]
    public void OneProcess_MayUseFractionsOfAll()
    {
        var budget = new MemoryBudget(8 * GiB, 1);
        Assert.Equal(
            [4 * GiB, 2 * GiB, GiB, 256 * MiB, 512 * MiB, 2 * GiB],
            [budget.ForBaselines, budget.ForTrainingPlanes, budget.ForPassingImages, budget.ForBatchesAhead, budget.ForPatchChunks, budget.ForTiles()]);
        Assert.Equal(256 * MiB, new MemoryBudget(GiB, 1).ForTiles());
        Assert.Equal(64 * MiB, new MemoryBudget(256 * MiB, 1).ForTiles());
        Assert.Equal((4 * GiB) - (768 * MiB), budget.ForTiles(asked: 4 * GiB));
    }

    [Fact]
    public void SeveralProcesses_TogetherStayWithinWhatTheNodeGives()
    {
        foreach (int processes in new[] { 2, 3, 4, 8, 128 })
        {
            foreach (long each in new[] { 512 * MiB, 600 * MiB, 768 * MiB, GiB, 3 * GiB, 4 * GiB, 16 * GiB, 200 * GiB })
            {
                var budget = new MemoryBudget(processes * each, processes);
                // The smallest window and the fewest chunks are part of what a process needs in any case.
                long windows = budget.ForTiles() is > 64 * MiB and var tiles ? tiles : 0;
                long chunks = budget.ForPatchChunks is > 16 * MiB and var most ? most : 0;
                long one = MemoryBudget.BytesOfProcess + budget.ForTrainingPlanes + budget.ForPassingImages
                    + budget.ForBatchesAhead + chunks + windows;
                Assert.True(processes * one <= budget.AvailableBytes, $"{processes} processes of {each} bytes plan {one} each");
            }
        }
    }

    /// <summary>Seen: four ranks of a job with --mem=1200M were killed, since each kept a quarter of it in images.</summary>
    [Fact]
    public void FourProcesses_InLittleMemory_KeepNoImages()
    {
        var budget = new MemoryBudget(1200_000_000, 4);
        Assert.Equal(
            (0, 0, 16 * MiB, 64 * MiB), (budget.ForTrainingPlanes, budget.ForPassingImages, budget.ForPatchChunks, budget.ForTiles()));
        Assert.Equal(
            "4 processes on this node need about 2.1 GB in any case, but may use 1.2 GB: start fewer, or ask for more memory.", budget.Shortage);
        Assert.Null(new MemoryBudget(1200_000_000, 2).Shortage);
        Assert.Null(new MemoryBudget(100, 1).Shortage);
    }

    [Fact]
    public void OfTraining_SaysWhatEachMayUse()
    {
        Assert.Equal(
            "8.6 GB for one process on this node; training images 2.1 GB, others while they are measured 1.1 GB, batches ahead 268 MB, chunks 537 MB, windows 2.1 GB",
            new MemoryBudget(8 * GiB, 1).OfTraining());
        Assert.StartsWith(
            "1.2 GB for 2 processes on this node; each process: training images 16 MB, ", new MemoryBudget(1200_000_000, 2).OfTraining(), StringComparison.Ordinal);
    }

    [Fact]
    public void ProcessesOfARank_AreThoseOfItsNode()
    {
        var rank = new ProcessRank(5, 8, 1, 4, "test");
        RunContext context = Training.Patches.TrainingPairs.Context with { Slurm = new SlurmJob { MemoryBytes = 64 * MiB, Rank = rank } };
        var budget = new MemoryBudget(context);
        Assert.Equal((64 * MiB, 4), (budget.AvailableBytes, budget.Processes));
    }
}
