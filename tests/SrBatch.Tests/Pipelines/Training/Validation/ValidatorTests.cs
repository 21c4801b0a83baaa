using SrBatch.Core.Manifests;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Pipelines.Training;
using SrBatch.Pipelines.Training.Ranks;
using SrBatch.Pipelines.Training.Validation;
using SrBatch.Tests.Pipelines.Training.Patches;
using SrBatch.Tests.Storage;
using SrBatch.Torch.Collectives;
using SrBatch.Torch.Inference;

namespace SrBatch.Tests.Pipelines.Training.Validation;

public sealed class ValidatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lines _log = [];

    public void Dispose() => _folder.Dispose();

    /// <summary>Before, the plane was left out of all later validations, and their scores were compared with those before.</summary>
    [Fact]
    public void Score_PlaneThatCannotBeReadOnce_IsMissingOnce_AndTriedAgain()
    {
        Plan plan = Plan();
        using var generator = TrainedGenerator.Untrained(plan.Model);
        var validator = new Validator(plan, Host());
        ValidationScores before = validator.Score(generator)!;
        Assert.Equal((5, 5), (validator.PlaneCount, before.Scored));
        Assert.Empty(before.Unread);

        File.Move(_folder.File("swapped.h5"), _folder.File("away.h5"));
        ValidationScores without = validator.Score(generator)!;
        Assert.Equal(["swapped"], without.Unread);
        Assert.Equal(4, without.Scored);
        Assert.NotEqual(before.PsnrDb, without.PsnrDb);

        File.Move(_folder.File("away.h5"), _folder.File("swapped.h5"));
        ValidationScores after = validator.Score(generator)!;
        Assert.Empty(after.Unread);
        Assert.Equal((before.PsnrDb, before.Ssim, 5), (after.PsnrDb, after.Ssim, after.Scored));
    }

    [Fact]
    public void Record_ScoresOfFewerPlanes_AreNotCompared()
    {
        TrainingRecord record = Record();
        Assert.True(record.Add(10, new ValidationScores(30, 0.8, [new("g", 2, 30, 0.8)])));
        // Better, but not on the same planes.
        Assert.False(record.Add(20, new ValidationScores(40, 0.9, [new("g", 1, 40, 0.9)]) { Unread = ["b-z3"] }));
        Assert.Equal((10, 30.0, 0), (record.State.BestStep, record.State.BestPsnrDb, record.State.ValidationsSinceBest));
        Assert.Equal(["step 20: 1 of 2 validation planes could be read; their score is not compared with others. Not read: b-z3"], _log);
        Assert.True(record.Add(30, new ValidationScores(31, 0.8, [new("g", 2, 31, 0.8)])));
        Assert.Equal(30, record.State.BestStep);
    }

    private TrainingRecord Record()
    {
        Plan plan = Plan();
        var task = new TrainingTask(plan, null, new ModelFolder(_folder.Path), null);
        var schedule = SrBatch.Core.Training.TrainingSchedule.Begin(plan.Training.Schedule, plan.Training.Steps);
        return new TrainingRecord(task, new TrainingResume(0, SrBatch.Tests.Core.Models.ModelCardTests.Example, schedule, null), Host().Context);
    }

    private Plan Plan()
    {
        Plan plan = TrainingPairs.Write(_folder, ElementType.UInt16, new TrainingOptions { Patch = 32 });
        return plan with
        {
            Model = plan.Model with { Features = 4 },
            Images = [.. plan.Images.Select(image => image with { Split = Split.Validation })],
        };
    }

    private TrainingHost Host() => new(SingleProcess.Instance, new MemoryBudget(1L << 30, 1), TrainingPairs.Context with { Log = _log });
}
