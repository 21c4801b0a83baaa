using CommandLine;
using SrBatch.Pipelines.Host;
using SrBatch.Pipelines.Inference;

namespace SrBatch.Worker.Verbs;

[Verb("infer", HelpText = "Enhance every image but the training ones, or go on where it stopped.")]
public sealed class InferVerb : ComputeVerbOptions
{
    public override bool IsSupervised => true;

    internal override string Name => "infer";

    [Option("manifest", Required = true, MetaValue = "FILE", HelpText = "The manifest (docs/manifest.md).")]
    public string Manifest { get; set; } = "";

    [Option("run", Required = true, MetaValue = "DIR", HelpText = "The run folder; made when it is not there.")]
    public override string Run { get; set; } = "";

    [Option("model", MetaValue = "FILE|DIR[,...]", HelpText = "A model for all images (model.safetensors, TorchScript, a BioImage.IO package), or a run folder: of that each group's model, else the one of all. Several: their mean. Default: RUN.")]
    public string? Model { get; set; }

    [Option("shard", MetaValue = "I/N", HelpText = "Only shard I of N, 0 <= I < N. Default: SLURM_ARRAY_TASK_ID of the plan's shards, else all.")]
    public string? Shard { get; set; }

    [Option("split", MetaValue = "SPLIT[,SPLIT]", HelpText = "Which images. Default: validation,test,infer.")]
    public string? Split { get; set; }

    [Option("seed", MetaValue = "S", HelpText = "Accepted as train does; inference draws nothing.")]
    public long? Seed { get; set; }

    [Option("memory", MetaValue = "SIZE", HelpText = "Memory that the process may use, e.g. 4G; larger tiles waste less. Default: what Slurm or the cgroup gives, of which no more than about 2G is used.")]
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
            yield return $"--memory is '{Memory}'; must be at least 1G: a whole number with K, M, G or T behind it";
        }
    }

    /// <summary>The options as the pipeline takes them.</summary>
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
