using CommandLine;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Inference;

namespace SrBatch.Worker.Verbs;

[Verb("infer", HelpText = "Enhance all images except those for training; continues after a stop.")]
public sealed class InferVerb : ComputeVerbOptions
{
    public override bool IsSupervised => true;

    internal override string Name => "infer";

    [Option("manifest", Required = true, MetaValue = "FILE", HelpText = "The manifest (docs/manifest.md).")]
    public string Manifest { get; set; } = "";

    [Option("run", Required = true, MetaValue = "DIR", HelpText = "The run folder; created if missing.")]
    public override string Run { get; set; } = "";

    [Option("model", MetaValue = "FILE|DIR[,...]",
        HelpText = "A model file for all images (model.safetensors, TorchScript, BioImage.IO package), or a run folder, which has "
            + "a model for each group or one for all. Outputs of several models are averaged. Default: RUN.")]
    public string? Model { get; set; }

    [Option("shard", MetaValue = "I/N",
        HelpText = "Only shard I of N, 0 <= I < N. Default: the plan's shard number SLURM_ARRAY_TASK_ID, else all images.")]
    public string? Shard { get; set; }

    [Option("split", MetaValue = "SPLIT[,SPLIT]", HelpText = "Splits to enhance. Default: validation,test,infer.")]
    public string? Split { get; set; }

    [Option("seed", MetaValue = "S", HelpText = "Has no effect, as inference uses no random numbers; accepted for symmetry with train.")]
    public long? Seed { get; set; }

    [Option("memory", MetaValue = "SIZE",
        HelpText = "Memory that the process may use, e.g. 4G; larger tiles waste less. Default: what Slurm or the cgroup allows, "
            + "but at most about 2G for tiles.")]
    public string? Memory { get; set; }

    public long? MemoryBytes => Memory is null ? null : ManifestWords.Bytes(Memory);

    public override IEnumerable<string> Problems()
    {
        foreach (string problem in base.Problems())
        {
            yield return problem;
        }
        if (Memory is not null && !(MemoryBytes >= 1L << 30))
        {
            yield return $"--memory is '{Memory}'; must be at least 1G: a whole number followed by K, M, G or T";
        }
    }

    internal InferRequest Request() => new()
    {
        Manifest = Manifest,
        Run = Run,
        Model = Model,
        Shard = Shard,
        Split = Split,
        MemoryBytes = MemoryBytes,
        Compute = Compute(),
    };
}
