using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Files;
using SrBatch.Storage.Parquet;
using SrBatch.Worker.Report;
using SrBatch.Worker.Report.Page;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker.Runs;

/// <summary>quality parts + outputs -> quality.parquet, report.html and the table.</summary>
internal static class ReportRun
{
    public static ExitCode Run(ReportVerb options, RunContext context)
    {
        var run = new RunFolder(options.Run);
        Plan plan = FrozenPlan.Read(run, context);
        MergedQuality merged = MergedQuality.Read(run, plan);
        QualityParquet.Write(run.QualityTable, merged.Rows);
        AtomicFile.WriteText(run.ReportPage, HtmlPage.Of(ReportPage.Of(run, plan, merged, context)));
        ScoreTable.Write(context.Out, merged.Rows);
        if (merged.Left.Count > 0)
        {
            context.Out.WriteLine($"{merged.Left.Count} image{(merged.Left.Count == 1 ? "" : "s")} not done yet");
        }
        context.Out.WriteLine($"wrote {run.QualityTable}");
        context.Out.WriteLine($"wrote {run.ReportPage}");
        return merged.Rows.Any(row => row.IsFailure) ? ExitCode.ImagesFailed : ExitCode.Done;
    }
}
