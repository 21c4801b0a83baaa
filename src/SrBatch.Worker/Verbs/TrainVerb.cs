using CommandLine;

namespace SrBatch.Worker.Verbs;

[Verb("train", HelpText = "Train, or go on from the newest checkpoint.")]
public sealed class TrainVerb : ComputeVerbOptions
{
    [Option("manifest", Required = true, MetaValue = "FILE", HelpText = "The manifest (docs/manifest.md).")]
    public string Manifest { get; set; } = "";

    [Option("run", Required = true, MetaValue = "DIR", HelpText = "The run folder; made when it is not there.")]
    public string Run { get; set; } = "";

    [Option("steps", MetaValue = "N", HelpText = "Instead of the manifest's training.steps.")]
    public int? Steps { get; set; }

    [Option("seed", MetaValue = "S", HelpText = "Instead of the manifest's training.seed.")]
    public long? Seed { get; set; }

    [Option("init", MetaValue = "MODEL", HelpText = "Start from this model's weights.")]
    public string? Init { get; set; }
}
