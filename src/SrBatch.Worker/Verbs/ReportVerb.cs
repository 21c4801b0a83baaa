using CommandLine;
using SrBatch.Pipelines.Reporting;

namespace SrBatch.Worker.Verbs;

[Verb("report", HelpText = "Merge the quality parts into RUN/quality.parquet, write the page RUN/report.html, and print the table.")]
public sealed class ReportVerb : VerbOptions
{
    [Option("run", Required = true, MetaValue = "DIR", HelpText = "The run folder.")]
    public string Run { get; set; } = "";

    [Option("collect", MetaValue = "DIR", HelpText = "Also write the rows to DIR/run=NAME/quality.parquet, NAME being the run folder's: DIR then is one table of many runs.")]
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

    /// <summary>The options as the pipeline takes them.</summary>
    internal ReportRequest Request() => new()
    {
        Run = Run,
        Collect = Collect,
    };
}
