using SrBatch.Core.Quality;
using SrBatch.Pipelines.Reporting.Page;
using SrBatch.Tests.Architecture;
using SrBatch.Torch.Metrics;

namespace SrBatch.Tests.Core.Quality;

/// <summary>What derives from the table of metrics, or must agree with it. The manifest schema is compared in ManifestSchemaTests.</summary>
public class MetricTableTests
{
    [Fact]
    public void Columns_AreThoseOfTheFile_InItsOrder() => Assert.Equal(
        [
            "psnr_db", "ssim", "ms_ssim", "nrmse", "pearson", "psnr_input_db", "ssim_input", "nrmse_input", "rsp", "rse", "frc_um", "decorrelation_um", "input_snr",
        ],
        MetricTable.Columns);

    [Fact]
    public void Computations_ThereIsOneForEachMetric()
    {
        Assert.Equal(Names(needsTarget: true), MetricComputations.AgainstTarget.Keys.Order());
        Assert.Equal(Names(needsTarget: false), MetricComputations.WithoutTarget.Keys.Order());

        static IEnumerable<string> Names(bool needsTarget) => MetricTable.All.Where(metric => metric.NeedsTarget == needsTarget).Select(metric => metric.Name).Order();
    }

    [Fact]
    public void All_AreUniqueAndComplete()
    {
        Assert.Equal(MetricTable.Names, MetricTable.Names.Distinct());
        Assert.Equal(MetricTable.Columns, MetricTable.Columns.Distinct());
        Assert.All(MetricTable.All, metric => Assert.True(metric.GainMeaning is null || metric.InputColumn is not null, metric.Name));
        Assert.All(MetricTable.All, metric => Assert.True(metric.InputColumn is null || metric.NeedsTarget, metric.Name));
        Assert.All(MetricTable.All, metric => Assert.False(metric.Meaning.EndsWith('.'), metric.Name));
    }

    [Fact]
    public void Page_ShowsEachScore()
    {
        Assert.Equal(
            [
                "psnr", "gainPsnr", "ssim", "gainSsim", "msSsim", "nrmse", "pearson", "rsp", "rse", "frc", "decorrelation", "inputSnr", "outOfDistribution",
            ],
            ScoreKind.All.Select(kind => kind.Key));
        Assert.Equal("Peak signal-to-noise ratio against the target; higher is better.", ScoreKind.All[0].Meaning);
    }

    /// <summary>docs/report.md has a line for each column, with its unit.</summary>
    [Fact]
    public void Docs_NameEachColumnWithItsUnit()
    {
        string[] lines = [.. File.ReadLines(Path.Combine(SourceTree.Root, "docs", "report.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        foreach (string column in QualityColumns.All.Select(column => column.Name))
        {
            Assert.True(lines.Any(line => line.Split('|')[1].Contains($"`{column}`", StringComparison.Ordinal)), $"docs/report.md has no line for column {column}");
        }
        foreach (MetricKind metric in MetricTable.All.Where(metric => metric.Unit != ""))
        {
            string[] cells = lines.First(line => line.StartsWith($"| `{metric.Column}` |", StringComparison.Ordinal)).Split('|');
            Assert.Equal(metric.Unit, cells[3].Trim());
        }
    }
}
