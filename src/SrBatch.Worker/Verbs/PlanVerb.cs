using CommandLine;
using SrBatch.Pipelines.Planning;
using SrBatch.Worker.Cluster;

namespace SrBatch.Worker.Verbs;

[Verb("plan", HelpText = "Write what will be done to RUN/plan.json, which then stays fixed.")]
public sealed class PlanVerb : VerbOptions
{
    public override bool IsSupervised => true;

    [Option("manifest", Required = true, MetaValue = "FILE", HelpText = "The manifest (docs/manifest.md).")]
    public string Manifest { get; set; } = "";

    [Option("run", Required = true, MetaValue = "DIR", HelpText = "The run folder; created if missing.")]
    public string Run { get; set; } = "";

    [Option("shards", MetaValue = "N",
        HelpText = "Divide the images among N tasks: sbatch --array=0-(N-1). Default: as planned, 1 for a new plan.")]
    public int? Shards { get; set; }

    [Option("refresh",
        HelpText = "Read the headers again of all images that are not done, e.g. after files were mended; shards stay as they are.")]
    public bool Refresh { get; set; }

    internal PlanRequest Request() => new()
    {
        Manifest = Manifest,
        Run = Run,
        Site = SlurmSite.Read,
        Shards = Shards,
        Refresh = Refresh,
    };
}
