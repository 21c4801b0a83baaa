using SrBatch.Core.Errors;
using SrBatch.Core.Planning;
using SrBatch.Storage.Parquet;
using SrBatch.Worker.Report;
using SrBatch.Worker.Verbs;

namespace SrBatch.Worker.Runs;

/// <summary>quality parts + outputs -> quality.parquet and the table.</summary>
internal static class ReportRun
{
    public static ExitCode Run(ReportVerb options, RunContext context)
    {
        var run = new RunFolder(options.Run);
        Plan plan = FrozenPlan.Read(run, context);
        MergedQuality merged = MergedQuality.Read(run, plan);
        QualityParquet.Write(run.QualityTable, merged.Rows);
        ScoreTable.Write(context.Out, merged.Rows);
        if (merged.Left.Count > 0)
        {
            context.Out.WriteLine($"{merged.Left.Count} image{(merged.Left.Count == 1 ? "" : "s")} not done yet");
        }
        context.Out.WriteLine($"wrote {run.QualityTable}");
        return merged.Rows.Any(row => row.IsFailure) ? ExitCode.ImagesFailed : ExitCode.Done;
    }
}
