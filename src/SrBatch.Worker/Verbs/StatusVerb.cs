using CommandLine;
using SrBatch.Pipelines.Reporting;

namespace SrBatch.Worker.Verbs;

[Verb("status", HelpText = "Show how many images are done, failed and left.")]
public sealed class StatusVerb : VerbOptions
{
    [Option("run", Required = true, MetaValue = "DIR", HelpText = "The run folder.")]
    public string Run { get; set; } = "";

    [Option("json", HelpText = "One JSON object instead of text.")]
    public bool Json { get; set; }

    [Option("prometheus", HelpText = "Prometheus' text format instead of text, for node_exporter's textfile collector.")]
    public bool Prometheus { get; set; }

    public override IEnumerable<string> Problems()
    {
        foreach (string problem in base.Problems())
        {
            yield return problem;
        }
        if (Json && Prometheus)
        {
            yield return "--json and --prometheus are both given; choose one";
        }
    }

    internal StatusRequest Request() => new()
    {
        Run = Run,
        Json = Json,
        Prometheus = Prometheus,
    };
}
