using CommandLine;
using SrBatch.Pipelines.Reporting;

namespace SrBatch.Worker.Verbs;

[Verb("report", HelpText = "Merge all scores into RUN/quality.parquet, write RUN/report.html, and print a table.")]
public sealed class ReportVerb : VerbOptions
{
    [Option("run", Required = true, MetaValue = "DIR", HelpText = "The run folder.")]
    public string Run { get; set; } = "";

    [Option("collect", MetaValue = "DIR",
        HelpText = "Also write the rows to DIR/run=NAME/quality.parquet, with the run folder's name: DIR is then one table of many runs.")]
    public string? Collect { get; set; }

    public override IEnumerable<string> Problems()
    {
        foreach (string problem in base.Problems())
        {
            yield return problem;
        }
        if (Collect is "")
        {
            yield return "--collect is empty; must be a folder";
        }
    }

    internal ReportRequest Request() => new()
    {
        Run = Run,
        Collect = Collect,
    };
}
