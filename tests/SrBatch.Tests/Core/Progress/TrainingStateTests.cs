using SrBatch.Core.Errors;
using SrBatch.Core.Manifests;
using SrBatch.Core.Progress;
using SrBatch.Core.Training;

namespace SrBatch.Tests.Core.Progress;

public class TrainingStateTests
{
    private static readonly TrainingOptions Options = new() { Schedule = LearningRateSchedule.Plateau, PlateauPatience = 2, PlateauFactor = 0.5, Patience = 5 };

    [Fact]
    public void AfterValidation_KeepsTheBest_LowersTheRateAfterEachPatience_AndEndsAfterTheLongerOne()
    {
        // Better at steps 10, 20 and 40; then never again.
        double[] scores = [30, 31, 30.9, 31.5, 31.5, 31.4, 31.4, 31.4, 31.2];
        var factors = new List<double>();
        var ends = new List<bool>();
        var state = new TrainingState();
        for (int i = 0; i < scores.Length; i++)
        {
            state = state.AfterValidation(10 * (i + 1), scores[i], Options);
            factors.Add(state.RateFactor);
            ends.Add(state.ShouldEnd(Options));
        }
        Assert.Equal((40, 31.5), (state.BestStep, state.BestPsnrDb));
        Assert.Equal([1, 1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25], factors);
        Assert.Equal([false, false, false, false, false, false, false, false, true], ends);
        Assert.Empty(state.Warnings);
    }

    [Fact]
    public void AfterValidation_OtherSchedulesAndNoPatience_NeverLowerNorEnd()
    {
        TrainingOptions options = Options with { Schedule = LearningRateSchedule.OneCycle, Patience = 0 };
        TrainingState state = Enumerable.Range(1, 20).Aggregate(new TrainingState(), (state, step) => state.AfterValidation(step, 30 - (0.01 * step), options));
        Assert.Equal((1, false, 1), (state.RateFactor, state.ShouldEnd(options), state.BestStep));
    }

    [Fact]
    public void AfterValidation_NoValidationSplit_ChangesNothing()
    {
        var state = new TrainingState();
        Assert.Same(state, state.AfterValidation(1, null, Options));
    }

    [Fact]
    public void AfterRow_PixelLossFarAboveItsBest_WarnsOncePerEpisode()
    {
        double[] losses = [0.5, 0.02, 0.05, 0.1, 9, 0.03, 0.2];
        TrainingState state = Enumerable.Range(1, losses.Length).Aggregate(new TrainingState(), (state, row) => state.AfterRow(50 * row, Losses(losses[row - 1])));
        Assert.Equal(
        [
            "step 200: training diverges: the pixel loss is 0.1, its best was 0.02. Lower training.learningRate, or set training.gradientClip.",
            "step 350: training diverges: the pixel loss is 0.2, its best was 0.02. Lower training.learningRate, or set training.gradientClip.",
        ], state.Warnings);
    }

    [Fact]
    public void AfterRow_DiscriminatorNearlyAlwaysRight_Warns()
    {
        TrainingState state = new TrainingState().AfterRow(50, Losses(0.1) with { Discriminator = 0.6 }).AfterRow(100, Losses(0.1) with { Discriminator = 0.01 });
        Assert.Equal(
            "step 100: the discriminator wins: its loss is 0.01 (0.69 is guessing), so that the generator learns nothing from it. Lower training.discriminatorLearningRate, or raise training.discriminatorEvery.",
            Assert.Single(state.Warnings));
    }

    [Fact]
    public void AfterValidation_FarBelowTheBest_Warns()
    {
        TrainingState state = new TrainingState().AfterValidation(10, 33, Options).AfterValidation(20, 31.5, Options);
        Assert.Equal(
            "step 20: validation 31.50 dB is 1.50 dB below its best, 33.00 dB at step 10. If it does not recover, lower training.learningRate, or raise training.lambda against the adversarial term; the best checkpoint is kept.",
            Assert.Single(state.Warnings));
    }

    [Fact]
    public void SinceRow_AveragesEachTermOverTheStepsThatHaveIt()
    {
        LossSums sums = new LossSums().Plus(new StepLosses(3, 0.5, 0.7, 0.1, 0.8)).Plus(new StepLosses(5, null, 0.9, 0.3, 0.6));
        Assert.Equal(new StepLosses(4, 0.5, 0.8, 0.2, 0.7), sums.Means());
        Assert.Equal(new StepLosses(2, null, null, 2, null), new LossSums().Plus(new StepLosses(2, null, null, 2, null)).Means());
    }

    [Fact]
    public void ToJson_FromMetadata_ReturnsTheSameState()
    {
        TrainingState state = new TrainingState { SinceRow = new LossSums().Plus(new StepLosses(1.0 / 3, 0.1, 0.2, 1e-17, null)) }
            .AfterValidation(10, 100.0 / 3, Options).AfterValidation(20, 31.5, Options);
        TrainingState read = TrainingState.FromMetadata(new Dictionary<string, string> { [TrainingState.MetadataKey] = state.ToJson() }, "a");
        Assert.Equal(state with { Warnings = [] }, read with { Warnings = state.Warnings.Count == 0 ? read.Warnings : [] });
        Assert.Equal(state.Warnings, read.Warnings);
    }

    [Fact]
    public void FromMetadata_MissingOrDamaged_Is65()
    {
        var missing = Assert.Throws<SrBatchException>(() => TrainingState.FromMetadata(new Dictionary<string, string>(), "step-1.safetensors"));
        Assert.Equal((ExitCode.ImagesFailed, "step-1.safetensors: its 'training_state' entry is not of this version (it is missing). Use a new run folder, or the version that wrote it."), (missing.ExitCode, missing.Message));
    }

    private static StepLosses Losses(double pixel) => new(pixel, null, null, pixel, null);
}
