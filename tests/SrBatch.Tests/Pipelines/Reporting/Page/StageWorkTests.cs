using SrBatch.Core.Progress;
using SrBatch.Pipelines.Reporting.Page;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Storage.Parquet;
using SrBatch.Tests.Pipelines.Training.Patches;
using SrBatch.Tests.Storage;

namespace SrBatch.Tests.Pipelines.Reporting.Page;

/// <summary>From an attempt's stages to its part to the page.</summary>
public sealed class StageWorkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RunFolder _run;

    public StageWorkTests() => _run = new RunFolder(_folder.File("night"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_SeveralAttempts_IsTheirSum_WithoutThoseThatDoNotTell()
    {
        Write("0of2", new StageTotals(1, 2, 3, 4, 5, 6, 7, 80, 60), new StageTotals(0.5, 0, 0, 0, 0, 0, 0, 10, 10));
        Write("1of2", new StageTotals(10, 20, 30, 40, 50, 60, 70, 800, 600));
        Write("2of2");
        Write(QualityPart.Evaluation);
        Assert.Equal(new StageWork(2, 3, new StageTotals(11.5, 22, 33, 44, 55, 66, 77, 890, 670)), StageWork.Of(_run));
    }

    [Fact]
    public void Of_PartsOfOlderVersions_IsNull()
    {
        Assert.Null(StageWork.Of(_run));
        Write("0of1");
        Assert.Null(StageWork.Of(_run));
    }

    [Fact]
    public void StagesOf_DamagedText_IsNull()
    {
        string path = _folder.File("part.parquet");
        QualityParquet.Write(path, [PageRows.Plane("a")], new Dictionary<string, string> { [QualityPart.StagesKey] = "{" });
        Assert.Null(QualityPart.StagesOf(path));
    }

    /// <param name="stages">As inference with one model after the other gives them.</param>
    private void Write(string shard, params StageTotals[] stages)
    {
        var part = new QualityPart(_run, shard, TrainingPairs.Context, "cpu", 2);
        part.Add([PageRows.Plane(shard)]);
        foreach (StageTotals one in stages)
        {
            part.Spent(one);
        }
        part.Write();
    }
}
