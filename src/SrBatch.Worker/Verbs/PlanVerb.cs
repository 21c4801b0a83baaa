using CommandLine;
using SrBatch.Pipelines.Planning;

namespace SrBatch.Worker.Verbs;

[Verb("plan", HelpText = "Freeze what will be done into RUN/plan.json.")]
public sealed class PlanVerb : VerbOptions
{
    public override bool IsSupervised => true;

    [Option("manifest", Required = true, MetaValue = "FILE", HelpText = "The manifest (docs/manifest.md).")]
    public string Manifest { get; set; } = "";

    [Option("run", Required = true, MetaValue = "DIR", HelpText = "The run folder; made when it is not there.")]
    public string Run { get; set; } = "";

    [Option("shards", Default = 1, MetaValue = "N", HelpText = "Tasks to share the images among: sbatch --array=0-(N-1).")]
    public int Shards { get; set; } = 1;

    /// <summary>The options as the pipeline takes them.</summary>
    internal PlanRequest Request() => new()
    {
        Manifest = Manifest,
        Run = Run,
        Shards = Shards,
    };
}
