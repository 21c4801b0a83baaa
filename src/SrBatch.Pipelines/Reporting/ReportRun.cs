using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Planning;
using SrBatch.Pipelines.Reporting.Page;
using SrBatch.Pipelines.RunFolders;
using SrBatch.Pipelines.Scoring;
using SrBatch.Storage.Files;
using SrBatch.Storage.Parquet;

namespace SrBatch.Pipelines.Reporting;

/// <summary>Report: quality parts + outputs -> quality.parquet, report.html, a printed table, a partition for many runs.</summary>
public static class ReportRun
{
    public static ExitCode Run(ReportRequest request, RunContext context)
    {
        var run = new RunFolder(request.Run);
        Plan plan = FrozenPlan.Read(run, context);
        CollectedTable? collected = request.Collect is { } folder ? new CollectedTable(folder, run) : null;
        collected?.RequireOwn();
        MergedQuality merged = MergedQuality.Read(run, plan);
        QualityParquet.Write(run.QualityTable, merged.Rows);
        AtomicFile.WriteText(run.ReportPage, HtmlPage.Of(ReportPage.Of(run, plan, merged, context)));
        collected?.Write(merged.Rows, context);
        ScoreTable.Write(context.Out, merged.Rows);
        UsageText.Write(context.Out, UsageSum.Of(TaskFolder.Read(run).Select(task => task.Record)));
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
        IReadOnlyList<string> damages = QualityPart.Damages(run);
        foreach (string damage in damages)
        {
            Log.Warning(context.Log, $"{damage} The report goes without it: images that are done have their rows in their outputs, and "
                + "failures that only this file names count as left. Delete it, or restore it and run report again.");
        }
        return damages.Count > 0 || merged.Rows.Any(row => row.IsFailure) ? ExitCode.ImagesFailed : ExitCode.Done;
    }
}
