using CommandLine;
using SrBatch.Pipelines.Planning;
using SrBatch.Worker.Cluster;

namespace SrBatch.Worker.Verbs;

[Verb("check", HelpText = "Read every header, but no pixels; list all problems and what would run.")]
public sealed class CheckVerb : VerbOptions
{
    public override bool IsSupervised => true;

    [Option("manifest", Required = true, MetaValue = "FILE", HelpText = "The manifest (docs/manifest.md).")]
    public string Manifest { get; set; } = "";

    [Option("run", MetaValue = "DIR",
        HelpText = "The run folder of the printed lines for sbatch; also report how many images are done in it.")]
    public string? Run { get; set; }

    internal CheckRequest Request() => new()
    {
        Manifest = Manifest,
        Run = Run,
        Site = SlurmSite.Read,
    };
}
