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

    internal StatusRequest Request() => new()
    {
        Run = Run,
        Json = Json,
    };
}
