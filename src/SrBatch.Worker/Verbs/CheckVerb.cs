using CommandLine;
using SrBatch.Pipelines.Planning;

namespace SrBatch.Worker.Verbs;

[Verb("check", HelpText = "Read every header, no pixel; list every problem at once and what would run.")]
public sealed class CheckVerb : VerbOptions
{
    public override bool IsSupervised => true;

    [Option("manifest", Required = true, MetaValue = "FILE", HelpText = "The manifest (docs/manifest.md).")]
    public string Manifest { get; set; } = "";

    [Option("run", MetaValue = "DIR", HelpText = "Also say what this run folder has done already.")]
    public string? Run { get; set; }

    /// <summary>The options as the pipeline takes them.</summary>
    internal CheckRequest Request() => new()
    {
        Manifest = Manifest,
        Run = Run,
    };
}
