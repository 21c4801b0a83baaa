using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Files;
using SrBatch.Storage.Parquet;
using SrBatch.Worker.Report;
using SrBatch.Worker.Report.Page;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker.Runs;

/// <summary>quality parts + outputs -> quality.parquet, report.html, the table, and a partition of a table of many runs.</summary>
internal static class ReportRun
{
    public static ExitCode Run(ReportVerb options, RunContext context)
    {
        var run = new RunFolder(options.Run);
        Plan plan = FrozenPlan.Read(run, context);
        CollectedTable? collected = options.Collect is { } folder ? new CollectedTable(folder, run) : null;
        collected?.RequireOwn();
        MergedQuality merged = MergedQuality.Read(run, plan);
        QualityParquet.Write(run.QualityTable, merged.Rows);
        AtomicFile.WriteText(run.ReportPage, HtmlPage.Of(ReportPage.Of(run, plan, merged, context)));
        collected?.Write(merged.Rows, context);
        ScoreTable.Write(context.Out, merged.Rows);
        if (merged.Left.Count > 0)
        {
            context.Out.WriteLine($"{merged.Left.Count} image{(merged.Left.Count == 1 ? "" : "s")} not done yet");
        }
        context.Out.WriteLine($"wrote {run.QualityTable}");
        context.Out.WriteLine($"wrote {run.ReportPage}");
        if (collected is not null)
        {
            context.Out.WriteLine($"wrote {collected.File}");
        }
        return merged.Rows.Any(row => row.IsFailure) ? ExitCode.ImagesFailed : ExitCode.Done;
    }
}
