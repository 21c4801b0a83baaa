using CommandLine;
using SrBatch.Pipelines.Evaluation;

namespace SrBatch.Worker.Verbs;

[Verb("evaluate", HelpText = "Score outputs, and compare them with their targets where there are any.")]
public sealed class EvaluateVerb : VerbOptions
{
    public override bool IsSupervised => true;

    [Option("manifest", Required = true, MetaValue = "FILE", HelpText = "The manifest (docs/manifest.md).")]
    public string Manifest { get; set; } = "";

    [Option("run", Required = true, MetaValue = "DIR", HelpText = "The run folder.")]
    public string Run { get; set; } = "";

    [Option("images", MetaValue = "DIR2",
        HelpText = "Score the files ID.h5 of this folder, made by any program, instead of the run's outputs.")]
    public string? Images { get; set; }

    [Option("dataset", Default = "auto", MetaValue = "PATH", HelpText = "Dataset of the images in DIR2.")]
    public string Dataset { get; set; } = "auto";

    [Option("shard", MetaValue = "I/N",
        HelpText = "Only shard I of N, 0 <= I < N. Default: the plan's shard number SLURM_ARRAY_TASK_ID, else all images.")]
    public string? Shard { get; set; }

    [Option("again", HelpText = "Also score outputs that were scored before and did not change since.")]
    public bool Again { get; set; }

    [Option("baselines",
        HelpText = "Instead, score classical methods on the run's images: interpolation, filters, deconvolution.")]
    public bool Baselines { get; set; }

    public override IEnumerable<string> Problems()
    {
        foreach (string problem in base.Problems())
        {
            yield return problem;
        }
        if (Baselines && Images is not null)
        {
            yield return "--baselines and --images are both given; run evaluate once with each";
        }
    }

    internal EvaluateRequest Request() => new()
    {
        Manifest = Manifest,
        Run = Run,
        Images = Images,
        Dataset = Dataset,
        Shard = Shard,
        Again = Again,
        Baselines = Baselines,
    };
}
