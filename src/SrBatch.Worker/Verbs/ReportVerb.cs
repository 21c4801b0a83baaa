using CommandLine;

namespace SrBatch.Worker.Verbs;

[Verb("report", HelpText = "Merge the quality parts into RUN/quality.parquet, write the page RUN/report.html, and print the table.")]
public sealed class ReportVerb : VerbOptions
{
    [Option("run", Required = true, MetaValue = "DIR", HelpText = "The run folder.")]
    public string Run { get; set; } = "";
}
