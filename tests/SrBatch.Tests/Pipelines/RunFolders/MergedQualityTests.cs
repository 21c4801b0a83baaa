using SrBatch.Core.Quality;
using SrBatch.Pipelines.Evaluation;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Tests.Pipelines.Inference;
using SrBatch.Tests.Pipelines.Training.Patches;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.Pipelines.RunFolders;

/// <summary>Which rows count of an output that was scored several times.</summary>
public sealed class MergedQualityTests : IDisposable
{
    private const string Noise = """
        import h5py, numpy, sys
        with h5py.File(sys.argv[1], "r+") as f:
            f["sr"][...] = numpy.random.default_rng(1).normal(2000, 500, f["sr"].shape).astype("f4")
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly StackRun _stack;
    private readonly RunFolder _run;

    public MergedQualityTests()
    {
        _stack = new StackRun(_folder);
        _run = _stack.Folder("run");
    }

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<QualityRow> Merged => MergedQuality.Read(_run, _stack.Plan).Rows;

    [Fact]
    public void Read_OutputReplacedByNoise_HasTheEvaluationsScores_AndWhatInferenceKnewOfTheInput()
    {
        QualityRow[] made = [.. _stack.Enhance("run", _ => { })];
        // As of a model that knows its training images.
        string reason = "unlike the training images (1.5 times the limit): too bright; the output does not explain its input: RSP 0.9";
        Write("0of1", made.Select(row => (row with { OutOfDistribution = 1.5 }).Warned(reason.Split("; "))));
        Assert.All(Merged, row => Assert.True(row.PsnrDb > 25, $"{row}"));

        ChildProcess.Python(Noise, _run.Image("stack"));
        IReadOnlyList<QualityRow> fresh = Evaluate();
        Assert.Equal(StackRun.Planes, fresh.Count);
        Assert.All(fresh, row =>
        {
            Assert.True(row is { PsnrDb: < 15, Rsp: < 0.5, OutOfDistribution: 1.5 }, $"{row}");
            Assert.Equal((Verdict.Fail, made[0].Tiles), (row.Verdict, row.Tiles));
            Assert.StartsWith($"{reason}; hardly correlates with the target: Pearson ", row.Reasons, StringComparison.Ordinal);
        });
        Assert.Equal(fresh.Select(row => row.PsnrDb), Merged.Select(row => row.PsnrDb));
    }

    [Fact]
    public void Read_InferenceAfterAnEvaluation_Wins()
    {
        QualityRow[] made = [.. _stack.Enhance("run", _ => { })];
        Write(QualityPart.Evaluation, made.Select(row => row with { PsnrDb = 1 }));
        Assert.All(Merged, row => Assert.Equal(1, row.PsnrDb));
        Write("0of1", made);
        Assert.Equal(made.Select(row => row.PsnrDb), Merged.Select(row => row.PsnrDb));
    }

    [Fact]
    public void Read_EvaluationOfTheOutputsPixels_Wins_WhateverTheClocksSay()
    {
        QualityRow[] made = [.. _stack.Enhance("run", _ => { })];
        string[] hashes = [.. Evaluate().Select(row => row.OutputSha256!).Distinct()];
        Assert.Matches("^[0-9a-f]{64}$", Assert.Single(hashes));
        Write("0of1", made); // later than the evaluation
        Assert.All(Merged, row => Assert.Equal(hashes[0], row.OutputSha256));
        File.SetLastWriteTimeUtc(_run.Image("stack"), DateTime.UnixEpoch); // copied: only the pixels tell
        Assert.All(Merged, row => Assert.Equal(hashes[0], row.OutputSha256));
        ChildProcess.Python(Noise, _run.Image("stack"));
        Assert.All(Merged, row => Assert.Null(row.OutputSha256));
    }

    [Fact]
    public void Read_OutputMadeAgainByAnotherModelAfterAnEvaluation_HasItsOwnScores()
    {
        QualityRow[] made = [.. _stack.Enhance("run", _ => { })];
        Write(QualityPart.Evaluation, made.Select(row => row with { PsnrDb = 1, ModelSha256 = "another" }));
        Assert.Equal(made.Select(row => row.PsnrDb), Merged.Select(row => row.PsnrDb));
    }

    [Fact]
    public void Read_OutputDamaged_AndFoundSoByEvaluation_HasFailed()
    {
        QualityRow[] made = [.. _stack.Enhance("run", _ => { })];
        Write("0of1", made);
        File.WriteAllText(_run.Image("stack"), "garbage");
        Write(QualityPart.Evaluation, [Part(QualityPart.Evaluation).BlankRow(_stack.Image) with { Verdict = Verdict.Fail, Reasons = "bad" }]);
        QualityRow row = Assert.Single(Merged);
        Assert.True(row.IsFailure);
        Assert.StartsWith($"{_run.Image("stack")}: is no HDF5 file", row.Reasons, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EvaluationThatFailed_AndItsOutputDeleted_LeavesTheImageToDo()
    {
        QualityRow[] made = [.. _stack.Enhance("run", _ => { })];
        Write("0of1", made);
        Write(QualityPart.Evaluation, [Part(QualityPart.Evaluation).BlankRow(_stack.Image) with { Verdict = Verdict.Fail, Reasons = "bad" }]);
        File.Delete(_run.Image("stack"));
        Assert.Equal(["stack"], MergedQuality.Read(_run, _stack.Plan).Left.Select(image => image.Id));
    }

    [Fact]
    public void Read_EvaluationThatFailed_LeavesTheScoresAsTheyWere()
    {
        QualityRow[] made = [.. _stack.Enhance("run", _ => { })];
        Write("0of1", made);
        Write(QualityPart.Evaluation, [Part(QualityPart.Evaluation).BlankRow(_stack.Image) with { Verdict = Verdict.Fail, Reasons = "gone" }]);
        Assert.Equal(made.Select(row => row.PsnrDb), Merged.Select(row => row.PsnrDb));
    }

    private IReadOnlyList<QualityRow> Evaluate()
    {
        QualityPart part = Part(QualityPart.Evaluation);
        var evaluator = new OutputEvaluator(_stack.Plan, _run, part, Merged, TrainingPairs.Context);
        IReadOnlyList<QualityRow> rows = evaluator.Score(_stack.Image, _run.Image("stack"), OutputFile.Dataset);
        part.Add(rows);
        part.Write();
        return rows;
    }

    private void Write(string shard, IEnumerable<QualityRow> rows)
    {
        QualityPart part = Part(shard);
        part.Add(rows.Select(row => row with { Run = _run.Name, FinishedAt = TimeProvider.System.GetUtcNow() }));
        part.Write();
    }

    private QualityPart Part(string shard) => new(_run, shard, TrainingPairs.Context, "cpu", 1);
}
